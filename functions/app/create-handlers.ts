import type { Platform } from '../../shared/app/create-platform.ts';
import { once } from '../../shared/kernel/once.ts';
import { createHealth } from '../health/health.ts';
import { createAdmit } from '../ingest/create-admit.ts';
import { acknowledgeNotes } from '../ingest/gitlab/acknowledge-notes.ts';
import { createGitLabWebhook } from '../webhooks/gitlab/gitlab-webhook.ts';
import { createJiraWebhook } from '../webhooks/jira/jira-webhook.ts';
import type { LateHandlers } from './create-late-handlers.ts';
import { createHandlerDeps } from './handler-deps.ts';
import type { Handlers } from './list-functions.ts';
import type { FunctionsSettings } from './settings.ts';
import { type Invocation, traceInvocation } from './trace-invocation.ts';

/**
 * The handler of every function that `listFunctions` names for these settings. Senders wait behind the webhooks and
 * health; what the others need besides is loaded with the first invocation of one of them.
 */
export function createHandlers(settings: FunctionsSettings, platform: Platform): Handlers {
  const { schedules, webhooks } = settings;
  const { credentials, telemetry } = platform;
  const deps = createHandlerDeps(settings, platform);
  const { common, admin, admitting, ended, ticket } = deps;
  const hooked = { ...common, ...ended, admit: createAdmit('webhook', admitting), metrics: telemetry.metrics };
  const { gitlabSecret: secretToken, gitlabSigningToken: signingToken, jiraSecret: secret } = webhooks;
  const loadLate = once(async () => {
    const { createLateHandlers } = await import('./create-late-handlers.ts');
    return createLateHandlers(settings, platform, deps);
  });

  const handlers: Handlers = {
    health: traced('health', createHealth({ ...common, ...admin, credentials, hasJira: ticket !== undefined })),
    'config-reload': late('config-reload', (all) => all['config-reload']),
    sweep: late('sweep', (all) => all.sweep),
    'gitlab-webhook': traced(
      'gitlab-webhook',
      createGitLabWebhook({ ...hooked, admit: acknowledgeNotes(hooked.admit, common), secretToken, signingToken }),
    ),
    'poll-gitlab': late('poll-gitlab', (all) => all['poll-gitlab']),
  };
  if (!ticket) return handlers;
  return {
    ...handlers,
    'jira-webhook': traced('jira-webhook', createJiraWebhook({ ...hooked, ...ticket, secret })),
    'poll-jira': late('poll-jira', (all) => all['poll-jira']),
    audits: late('audits', (all) => all.audits),
    ...(schedules.audit === undefined
      ? {}
      : { 'audit-versions': late('audit-versions', (all) => all['audit-versions']) }),
    ...(schedules.weekly === undefined
      ? {}
      : { 'weekly-report': late('weekly-report', (all) => all['weekly-report']) }),
  };

  function traced<Input, Output>(name: keyof Handlers, handler: Invocation<Input, Output>) {
    return traceInvocation(name, handler, telemetry);
  }

  function late<Input, Output>(
    name: keyof Handlers,
    pick: (handlers: LateHandlers) => Invocation<Input, Output> | undefined,
  ) {
    return traced(name, async (input: Input, context: Parameters<Invocation<Input, Output>>[1]) => {
      const handler = pick(await loadLate());
      if (!handler) throw new TypeError(`The function ${name} is listed, and nothing handles it`);
      return handler(input, context);
    });
  }
}
