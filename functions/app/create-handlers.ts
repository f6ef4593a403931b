import { type EventPost, postEvent } from '../../shared/adapters/outbound/post-event.ts';
import { createLedgerFiles } from '../../shared/adapters/storage/blobs/create-ledger-files.ts';
import { currentTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';
import { createBindingLookUps } from '../../shared/app/create-binding-look-ups.ts';
import type { Platform } from '../../shared/app/create-platform.ts';
import { describeMonthBudgets } from '../../shared/domain/mapping/describe-month-budgets.ts';
import type { OutboxEntry } from '../../shared/domain/runs/outbox-entry.ts';
import { mentionWordsOf } from '../../shared/domain/tasks/addresses.ts';
import { createSendWeekly } from '../../shared/services/audit/weekly/send-weekly.ts';
import { performOutboxEntry } from '../../shared/services/outbox/perform-outbox-entry.ts';
import type { RenewLease } from '../../shared/services/outbox/process-outbox.ts';
import { createLedgerArchiver } from '../../shared/services/runs/archive/create-ledger-archiver.ts';
import { createAskerCheck } from '../../shared/services/runs/create-asker-check.ts';
import { DEFAULT_RETENTION } from '../../shared/services/runs/purge.ts';
import { createRouteIssue } from '../../shared/services/runs/route-issue.ts';
import { createAuditTimer } from '../audit/audit-timer.ts';
import { createReport } from '../audit/create-report.ts';
import { createRequestAudit } from '../audit/request-audit.ts';
import { createWeeklyTimer } from '../audit/weekly-timer.ts';
import { createConfigReload } from '../config/config-reload.ts';
import { createHealth } from '../health/health.ts';
import { createAdmit } from '../ingest/create-admit.ts';
import { acknowledgeNotes } from '../ingest/gitlab/acknowledge-notes.ts';
import { createMergeRequestEnd } from '../ingest/gitlab/end-of-merge-request.ts';
import { createPollGitLab } from '../polling/gitlab/poll-gitlab.ts';
import { createPollJira } from '../polling/jira/poll-jira.ts';
import { createSweep } from '../sweep/sweep.ts';
import { createGitLabWebhook } from '../webhooks/gitlab/gitlab-webhook.ts';
import { createJiraWebhook } from '../webhooks/jira/jira-webhook.ts';
import type { Handlers } from './list-functions.ts';
import type { FunctionsSettings } from './settings.ts';
import { type Invocation, traceInvocation } from './trace-invocation.ts';

/** The handler of every function that `listFunctions` names for these settings. */
export function createHandlers(settings: FunctionsSettings, platform: Platform): Handlers {
  const { adminSecret, agentId, auditVersions, lifecycle, schedules, webhooks, weeklyPlaces } = settings;
  const { storage, jira, gitlabFor, telemetry, mapping, clock, log } = platform;
  const { retryBaseMs, repairTimeouts } = lifecycle;
  const admin = adminSecret ? { adminSecret } : {};
  const common = { ...storage, mapping, gitlabFor, traceparent: currentTraceparent, clock, log, agentId };
  const admitting = { ...storage, clock, log, repairTimeouts };
  // Tickets follow the end of their merge request only where Jira is configured.
  const ended = jira ? { onMergeRequestEnded: createMergeRequestEnd(common) } : {};
  const hooked = { ...common, ...ended, admit: createAdmit('webhook', admitting), metrics: telemetry.metrics };
  const polled = { ...common, ...ended, admit: createAdmit('poll', admitting), retryBaseMs };
  const files = createLedgerFiles(platform.account, settings.ledgerContainer);
  const budgeted = {
    describeMonthBudgets: async () => describeMonthBudgets((await mapping.current()).bindings.entries, settings.month),
  };
  const keeping = {
    archiveLedger: createLedgerArchiver({ ...storage, files, clock, log }),
    retention: { ...DEFAULT_RETENTION, runsMs: settings.runRetentionMs },
  };
  const { gitlabSecret: secretToken, gitlabSigningToken: signingToken, jiraSecret: secret } = webhooks;
  const notifying = {
    ...createBindingLookUps(mapping),
    receivers: platform.receivers,
    post: (post: EventPost) => postEvent(post),
    redact: platform.redact,
    gitlabUrl: settings.gitlabUrl,
    siteUrl: settings.jira?.siteUrl,
  };
  const reporting = { ...common, ledgerFiles: files, mask: platform.maskWritten };
  const ticketing = {
    ...common,
    admitTask: createAdmit('timer', admitting),
    ...notifying,
    ...(jira
      ? {
          jira,
          sendWeekly: createSendWeekly({ ...common, ...notifying, jira, report: createReport({ ...reporting, jira }) }),
        }
      : {}),
  };
  const perform = {
    performOutboxEntry: (entry: OutboxEntry, renew: RenewLease) => performOutboxEntry(entry, ticketing, renew),
  };

  const tokens = { credentials: platform.credentials, gitlabFor, announceEnding: platform.announceEnding };

  const handlers: Handlers = {
    health: traced(
      'health',
      createHealth({ ...common, ...admin, credentials: platform.credentials, hasJira: jira !== undefined }),
    ),
    'config-reload': traced(
      'config-reload',
      createConfigReload({ mapping, clock, log, redact: platform.redact, ...admin }),
    ),
    sweep: traced(
      'sweep',
      createSweep({ ...admitting, ...keeping, ...budgeted, ...tokens, mapping, notify: platform.notify, ...perform }),
    ),
    'gitlab-webhook': traced(
      'gitlab-webhook',
      createGitLabWebhook({ ...hooked, admit: acknowledgeNotes(hooked.admit, common), secretToken, signingToken }),
    ),
    'poll-gitlab': traced(
      'poll-gitlab',
      createPollGitLab({ ...polled, admit: acknowledgeNotes(polled.admit, common) }),
    ),
  };
  if (!jira) return handlers;
  const checkAsker = createAskerCheck({ jira, clock, log });
  const routeIssue = createRouteIssue({ ...common, jira });
  const ticket = { jira, checkAsker, routeIssue, mentionWords: mentionWordsOf(agentId) };
  return {
    ...handlers,
    'jira-webhook': traced('jira-webhook', createJiraWebhook({ ...hooked, ...ticket, secret })),
    'poll-jira': traced('poll-jira', createPollJira({ ...polled, ...ticket })),
    audits: traced('audits', createRequestAudit({ ...common, ...admin, admit: createAdmit('request', admitting) })),
    ...(schedules.audit === undefined
      ? {}
      : {
          'audit-versions': traced(
            'audit-versions',
            createAuditTimer({ ...common, versions: auditVersions, admit: createAdmit('timer', admitting) }),
          ),
        }),
    ...(schedules.weekly === undefined
      ? {}
      : {
          'weekly-report': traced('weekly-report', createWeeklyTimer({ ...common, ...perform, places: weeklyPlaces })),
        }),
  };

  function traced<Input, Output>(name: keyof Handlers, handler: Invocation<Input, Output>) {
    return traceInvocation(name, handler, telemetry);
  }
}
