import { spanOfWeek } from '../../../domain/audit/weekly/week.ts';
import { weeklyMarkdown } from '../../../domain/audit/weekly/weekly-markdown.ts';
import type { WeeklyReport } from '../../../domain/audit/weekly/weekly-report.ts';
import type { Binding } from '../../../domain/mapping/binding.ts';
import { bindingName } from '../../../domain/mapping/binding-key.ts';
import { EVENT_DEFAULTS } from '../../../domain/mapping/event-rules.ts';
import { buildWeeklyEvent } from '../../../domain/outbound/build-weekly-event.ts';
import { nameWeekly, type WeeklyReportEntry } from '../../../domain/runs/outbox-entry.ts';
import { MINUTE } from '../../../kernel/clock.ts';
import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import { type ReportingJira, upsertReportComment } from '../../notifications/report-comment.ts';
import { type NotifyReceiverDeps, notifyReceiver } from '../../outbound/notify-receiver.ts';
import type { SendWeekly } from '../../outbox/perform-outbox-entry.ts';
import type { Span } from './span.ts';

export interface SendWeeklyDeps extends NotifyReceiverDeps {
  jira: ReportingJira;
  agentId: string;
  /** The bindings of the map as it is now. */
  listBindings: () => Promise<readonly Binding[]>;
  /** Reads what happened; takes minutes where there is much. */
  report: (bindings: readonly Binding[], span: Span) => Promise<WeeklyReport>;
}

/** As long as an invocation of the functions may take. */
const READING_MS = 10 * MINUTE;
const WRITING_MS = 3 * MINUTE;

/**
 * Makes the report of a week and writes it: as the one comment of that week on an issue, which is edited when it is
 * there, or to a webhook, under the id the week has there. Who reads longer than its lease lasts writes nothing:
 * the lease is taken anew before anything is written.
 */
export function createSendWeekly(deps: SendWeeklyDeps): SendWeekly {
  return async (entry, renew) => {
    const span = spanOfWeek(entry.week);
    const bindings = choose(await deps.listBindings(), entry.projects);
    if (!span || bindings.length === 0) return 'delete';
    if (!(await renew(READING_MS))) return 'reschedule';
    const now = deps.clock.now();
    const report = await deps.report(bindings, { since: span.since, until: Math.min(span.until, now), now });
    if (!(await renew(WRITING_MS))) return 'reschedule';
    await write(report, entry, bindings, deps);
    return 'complete';
  };
}

async function write(
  report: WeeklyReport,
  entry: WeeklyReportEntry,
  bindings: readonly Binding[],
  deps: SendWeeklyDeps,
): Promise<void> {
  const { to } = entry;
  if ('issueKey' in to) {
    await upsertReportComment(deps.jira, {
      issueKey: to.issueKey,
      purpose: 'weekly-report',
      onePer: 'run',
      runId: nameWeekly(entry),
      agentId: deps.agentId,
      markdown: weeklyMarkdown(report),
    });
    return;
  }
  const jiraProjects = uniqueNames(bindings.flatMap(({ jiraProject }) => jiraProject ?? []));
  const event = buildWeeklyEvent(report, entry, { urlRef: to.urlRef, jiraProjects });
  await notifyReceiver(event, await findRules(to.urlRef, deps), deps);
}

/** In the format the map has for this webhook. */
async function findRules(urlRef: string, { listBindings }: Pick<SendWeeklyDeps, 'listBindings'>) {
  const known = (await listBindings()).find(({ events }) => events?.urlRef === urlRef)?.events;
  return known ?? { urlRef, format: EVENT_DEFAULTS.format };
}

function choose(bindings: readonly Binding[], projects: readonly string[]): readonly Binding[] {
  return projects.length === 0 ? bindings : bindings.filter((binding) => projects.includes(bindingName(binding)));
}
