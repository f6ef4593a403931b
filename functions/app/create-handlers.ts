import type { HttpHandler, TimerHandler } from '@azure/functions';
import { currentTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';
import type { Platform } from '../../shared/app/create-platform.ts';
import { performOutboxEntry } from '../../shared/services/outbox/perform-outbox-entry.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { createConfigReload } from '../config/config-reload.ts';
import { createHealth } from '../health/health.ts';
import { createMergeRequestEnd } from '../ingest/gitlab/end-of-merge-request.ts';
import { mentionWordsOf } from '../ingest/jira/admit-comment.ts';
import { createPollGitLab } from '../polling/gitlab/poll-gitlab.ts';
import { createPollJira } from '../polling/jira/poll-jira.ts';
import { createSweep } from '../sweep/sweep.ts';
import { createGitLabWebhook } from '../webhooks/gitlab/gitlab-webhook.ts';
import { createJiraWebhook, type JiraWebhookDeps } from '../webhooks/jira/jira-webhook.ts';
import type { Handlers } from './list-functions.ts';
import type { FunctionsSettings } from './settings.ts';

/** The handler of every function that `listFunctions` names for these settings. */
export function createHandlers(settings: FunctionsSettings, platform: Platform): Handlers {
  const { adminSecret, agentId, lifecycle, webhooks } = settings;
  const { storage, jira, gitlabFor, telemetry, mapping, clock, log } = platform;
  const { retryBaseMs, repairTimeouts } = lifecycle;
  const admin = adminSecret ? { adminSecret } : {};
  const admit: JiraWebhookDeps['admit'] = (task, options) =>
    admitTask(task, { ...storage, clock, log, repairTimeouts }, options);

  const common = { ...storage, mapping, gitlabFor, admit, traceparent: currentTraceparent, clock, log, retryBaseMs };
  const hooked = { ...common, metrics: telemetry.metrics };
  // Tickets follow the end of their merge request only where Jira is configured.
  const ended = jira ? { onMergeRequestEnded: createMergeRequestEnd(common) } : {};
  const { gitlabSecret: secretToken, gitlabSigningToken: signingToken, jiraSecret: secret } = webhooks;
  const handlers: Handlers = {
    health: createHealth({ ...common, ...admin, credentials: platform.credentials, hasJira: jira !== undefined }),
    'config-reload': createConfigReload({ mapping, clock, log, ...admin }),
    sweep: createSweep({
      ...storage,
      notify: platform.notify,
      clock,
      log,
      repairTimeouts,
      ...(jira ? { performOutboxEntry: (entry) => performOutboxEntry(entry, { ...common, jira, agentId }) } : {}),
    }),
    'gitlab-webhook': inSpan('gitlab webhook', createGitLabWebhook({ ...hooked, ...ended, secretToken, signingToken })),
    'poll-gitlab': inTimerSpan('poll gitlab', createPollGitLab({ ...common, ...ended })),
  };
  if (!jira) return handlers;
  const mentionWords = mentionWordsOf(agentId);
  return {
    ...handlers,
    'jira-webhook': inSpan('jira webhook', createJiraWebhook({ ...hooked, jira, agentId, mentionWords, secret })),
    'poll-jira': inTimerSpan('poll jira', createPollJira({ ...common, jira, agentId, mentionWords })),
  };

  function inSpan(name: string, handler: HttpHandler): HttpHandler {
    return (request, context) => telemetry.withSpan(name, {}, async () => handler(request, context));
  }

  function inTimerSpan(name: string, handler: TimerHandler): TimerHandler {
    return (timer, context) => telemetry.withSpan(name, {}, async () => handler(timer, context));
  }
}
