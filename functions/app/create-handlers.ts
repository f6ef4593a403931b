import type { Platform } from '../../shared/app/create-platform.ts';
import { once } from '../../shared/kernel/once.ts';
import { createHealth } from '../health/health.ts';
import { createAdmit } from '../ingest/create-admit.ts';
import { acknowledgeNotes } from '../ingest/gitlab/acknowledge-notes.ts';
import { createGitLabWebhook } from '../webhooks/gitlab/gitlab-webhook.ts';
import { createHandlerDeps } from './handler-deps.ts';
import type { Handlers } from './list-functions.ts';
import type { FunctionsSettings } from './settings.ts';
import { type Invocation, traceInvocation } from './trace-invocation.ts';

/**
 * The handler of every function that `listFunctions` names for these settings. Senders wait behind the webhooks and
 * health; what the others need besides, and all that is about tickets, is loaded with the first invocation of one.
 */
export function createHandlers(settings: FunctionsSettings, platform: Platform): Handlers {
  const { schedules, webhooks } = settings;
  const { credentials, telemetry, jira } = platform;
  const deps = createHandlerDeps(settings, platform);
  const { common, admin, admitting, ended } = deps;
  const hooked = { ...common, ...ended, admit: createAdmit('webhook', admitting), metrics: telemetry.metrics };
  const { gitlabSecret: secretToken, gitlabSigningToken: signingToken } = webhooks;
  const loadLate = once(async () => {
    const { createLateHandlers } = await import('./create-late-handlers.ts');
    return createLateHandlers(settings, platform, deps);
  });

  const handlers: Handlers = {
    health: traced('health', createHealth({ ...common, ...admin, credentials, hasJira: jira !== undefined })),
    'config-reload': late('config-reload', loadLate, (all) => all['config-reload']),
    sweep: late('sweep', loadLate, (all) => all.sweep),
    'gitlab-webhook': traced(
      'gitlab-webhook',
      createGitLabWebhook({ ...hooked, admit: acknowledgeNotes(hooked.admit, common), secretToken, signingToken }),
    ),
    'poll-gitlab': late('poll-gitlab', loadLate, (all) => all['poll-gitlab']),
  };
  if (!jira) return handlers;
  const loadJira = once(async () => {
    const { createJiraHandlers } = await import('./create-jira-handlers.ts');
    return createJiraHandlers(settings, platform, deps, jira);
  });
  return {
    ...handlers,
    'jira-webhook': late('jira-webhook', loadJira, (all) => all['jira-webhook']),
    'poll-jira': late('poll-jira', loadJira, (all) => all['poll-jira']),
    audits: late('audits', loadLate, (all) => all.audits),
    ...(schedules.audit === undefined
      ? {}
      : { 'audit-versions': late('audit-versions', loadLate, (all) => all['audit-versions']) }),
    ...(schedules.weekly === undefined
      ? {}
      : { 'weekly-report': late('weekly-report', loadLate, (all) => all['weekly-report']) }),
  };

  function traced<Input, Output>(name: keyof Handlers, handler: Invocation<Input, Output>) {
    return traceInvocation(name, handler, telemetry);
  }

  function late<All, Input, Output>(
    name: keyof Handlers,
    load: () => Promise<All>,
    pick: (handlers: All) => Invocation<Input, Output>,
  ) {
    return traced(name, async (input: Input, context: Parameters<Invocation<Input, Output>>[1]) =>
      pick(await load())(input, context),
    );
  }
}
