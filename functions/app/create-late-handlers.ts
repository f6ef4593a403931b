import { type EventPost, postEvent } from '../../shared/adapters/outbound/post-event.ts';
import { createLedgerFiles } from '../../shared/adapters/storage/blobs/create-ledger-files.ts';
import { createBindingLookUps } from '../../shared/app/create-binding-look-ups.ts';
import type { Platform } from '../../shared/app/create-platform.ts';
import { describeMonthBudgets } from '../../shared/domain/mapping/describe-month-budgets.ts';
import type { OutboxEntry } from '../../shared/domain/runs/outbox-entry.ts';
import { createSendWeekly } from '../../shared/services/audit/weekly/send-weekly.ts';
import { performOutboxEntry } from '../../shared/services/outbox/perform-outbox-entry.ts';
import type { RenewLease } from '../../shared/services/outbox/process-outbox.ts';
import { createLedgerArchiver } from '../../shared/services/runs/archive/create-ledger-archiver.ts';
import { DEFAULT_RETENTION } from '../../shared/services/runs/purge.ts';
import { createAuditTimer } from '../audit/audit-timer.ts';
import { createReport } from '../audit/create-report.ts';
import { createRequestAudit } from '../audit/request-audit.ts';
import { createWeeklyTimer } from '../audit/weekly-timer.ts';
import { createConfigReload } from '../config/config-reload.ts';
import { createAdmit } from '../ingest/create-admit.ts';
import { acknowledgeNotes } from '../ingest/gitlab/acknowledge-notes.ts';
import { createPollGitLab } from '../polling/gitlab/poll-gitlab.ts';
import { createSweep } from '../sweep/sweep.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { FunctionsSettings } from './settings.ts';

/**
 * The handlers of timers, audits and the reload of the map. Importing this module loads what only they need; behind
 * none of them waits a sender that gives up.
 */
export function createLateHandlers(settings: FunctionsSettings, platform: Platform, deps: HandlerDeps) {
  const { auditVersions, lifecycle, weeklyPlaces } = settings;
  const { storage, jira, credentials, gitlabFor, announceEnding, mapping, clock, log } = platform;
  const { common, admin, admitting, ended } = deps;
  const polled = { ...common, ...ended, admit: createAdmit('poll', admitting), retryBaseMs: lifecycle.retryBaseMs };
  const files = createLedgerFiles(platform.account, settings.ledgerContainer);
  const budgeted = {
    describeMonthBudgets: async () => describeMonthBudgets((await mapping.current()).bindings.entries, settings.month),
  };
  const keeping = {
    archiveLedger: createLedgerArchiver({ ...storage, files, clock, log }),
    retention: { ...DEFAULT_RETENTION, runsMs: settings.runRetentionMs },
  };
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
  const tokens = { credentials, gitlabFor, announceEnding };

  return {
    'config-reload': createConfigReload({ mapping, clock, log, redact: platform.redact, ...admin }),
    sweep: createSweep({
      ...admitting,
      ...keeping,
      ...budgeted,
      ...tokens,
      mapping,
      notify: platform.notify,
      ...perform,
    }),
    'poll-gitlab': createPollGitLab({ ...polled, admit: acknowledgeNotes(polled.admit, common) }),
    audits: createRequestAudit({ ...common, ...admin, admit: createAdmit('request', admitting) }),
    'audit-versions': createAuditTimer({ ...common, versions: auditVersions, admit: createAdmit('timer', admitting) }),
    'weekly-report': createWeeklyTimer({ ...common, ...perform, places: weeklyPlaces }),
  };
}
