import { currentTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';
import type { Platform } from '../../shared/app/create-platform.ts';
import { performOutboxEntry } from '../../shared/services/outbox/perform-outbox-entry.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { createConfigReload } from '../config/config-reload.ts';
import { createHealth } from '../health/health.ts';
import { mentionWordsOf } from '../ingest/jira/admit-comment.ts';
import { createPollJira } from '../polling/jira/poll-jira.ts';
import { createSweep } from '../sweep/sweep.ts';
import type { JiraWebhookDeps } from '../webhooks/jira/jira-webhook.ts';
import { createIngressHandlers } from './ingress-handlers.ts';
import type { Handlers } from './list-functions.ts';
import type { FunctionsSettings } from './settings.ts';

/** What does the work of every function `listFunctions` names for these settings. */
export function createHandlers(settings: FunctionsSettings, platform: Platform): Handlers {
  const { adminSecret, agentId, lifecycle } = settings;
  const { storage, mapping, clock, log, jira, telemetry, credentials, gitlabFor, notify } = platform;
  const { queue, ledger, scopes, pollers, watermarks, skipLog, outbox } = storage;
  const admin = adminSecret ? { adminSecret } : {};
  const admit: JiraWebhookDeps['admit'] = (task, options) =>
    admitTask(task, { ledger, queue, clock, log, repairTimeouts: lifecycle.repairTimeouts }, options);

  const handlers: Handlers = {
    health: createHealth({
      mapping,
      queue,
      pollers,
      watermarks,
      hasJira: jira !== undefined,
      ledger,
      credentials,
      gitlabFor,
      clock,
      log,
      ...admin,
    }),
    'config-reload': createConfigReload({ mapping, clock, log, ...admin }),
    sweep: createSweep({
      ...storage,
      scopes,
      notify,
      clock,
      log,
      repairTimeouts: lifecycle.repairTimeouts,
      ...(jira
        ? {
            performOutboxEntry: (entry) =>
              performOutboxEntry(entry, { jira, gitlabFor, mapping, ledger, agentId, clock, log }),
          }
        : {}),
    }),
    ...createIngressHandlers(settings, platform, admit),
  };
  if (!jira) return handlers;
  const poll = createPollJira({
    mapping,
    jira,
    admit,
    skipLog,
    outbox,
    comments: { ledger, mentionWords: mentionWordsOf(agentId) },
    agentId,
    pollers,
    retryBaseMs: lifecycle.retryBaseMs,
    traceparent: currentTraceparent,
    clock,
    log,
  });
  return {
    ...handlers,
    'poll-jira': (timer, context) => telemetry.withSpan('poll jira', {}, async () => poll(timer, context)),
  };
}
