import { postEvent } from '../../../shared/adapters/outbound/post-event.ts';
import { spanOfWeek, weekToReport } from '../../../shared/domain/audit/weekly/week.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import type { WeeklyReportEntry } from '../../../shared/domain/runs/outbox-entry.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createSendWeekly } from '../../../shared/services/audit/weekly/send-weekly.ts';
import { performNow } from '../../../shared/services/outbox/perform-now.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { hasStorage } from '../../clients/has-storage.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { describeFailure } from '../../output/describe-error.ts';
import { type ReportTools, readReport } from './read-report.ts';
import type { ReportWeeklyOptions } from './weekly-options.ts';

type Post = typeof postEvent;

/** Whether the report is to be sent and not printed. @throws {UsageError} for options that exclude each other */
export function isSent({ issue, webhook, week, again, since, out, map }: ReportWeeklyOptions): boolean {
  if (issue === undefined && webhook === undefined) {
    if (week !== undefined || again)
      throw new UsageError('--week and --again belong to a report that is sent: add --issue or --webhook');
    return false;
  }
  if (since !== undefined || out !== undefined || map !== undefined)
    throw new UsageError(
      'a report that is sent is of one week and of the map of the deployment: leave out --since, --out and --map',
    );
  return true;
}

/** What became of the report at one place. */
interface Sent {
  place: string;
  sent: boolean;
  text: string;
}

/**
 * Sends the report of a week as the functions do by their schedule, and with the same memory: a comment is edited when
 * it is there, a webhook is notified once for a week, and of two that send at once one does. What fails stays in the
 * outbox of the deployment.
 */
export async function sendReport(
  options: ReportWeeklyOptions,
  bindings: readonly Binding[],
  io: CliIO,
  tools: ReportTools,
  post: Post = postEvent,
): Promise<number> {
  const week = readWeek(options.week, io.clock.now());
  const entries = listPlaces(options).map((to) => ({
    kind: 'weekly-report' as const,
    week,
    projects: [...new Set(options.project)].toSorted(),
    to,
  }));
  if (!hasStorage(io.env)) throw new UsageError(NEEDS_STORAGE);
  const sent: Sent[] = [];
  for (const entry of entries) sent.push(await send(entry, options.again, { bindings, io, tools, post }));
  const ok = sent.every((one) => one.sent);
  return answer(
    { json: options.json, document: { week, places: sent }, text: () => sent.map(({ text }) => text), ok },
    io,
  );
}

const NEEDS_STORAGE =
  'AzureWebJobsStorage is missing: a report is sent once for a week, and the storage account remembers that. Without it print the report and send it yourself.';

function readWeek(given: string | undefined, now: number): string {
  if (given === undefined) return weekToReport(now);
  const span = spanOfWeek(given.toUpperCase());
  if (!span) throw new UsageError(`--week ${JSON.stringify(given)} is no week; write 2026-W05`);
  if (span.since > now) throw new UsageError(`--week ${given} has not begun`);
  return given.toUpperCase();
}

function listPlaces({ issue, webhook }: ReportWeeklyOptions): WeeklyReportEntry['to'][] {
  const subject = issue === undefined ? undefined : parseSubject(issue);
  if (subject && subject.kind !== 'issue')
    throw new UsageError(`--issue ${JSON.stringify(issue)} is no issue; write PROJ-1`);
  return [
    ...(subject ? [{ issueKey: subject.issueKey }] : []),
    ...(webhook === undefined ? [] : [{ urlRef: webhook.toLowerCase() }]),
  ];
}

interface SendDeps {
  bindings: readonly Binding[];
  io: CliIO;
  tools: ReportTools;
  post: Post;
}

async function send(entry: WeeklyReportEntry, again: boolean, { bindings, io, tools, post }: SendDeps): Promise<Sent> {
  const storage = await tools.storage();
  const { outbox, ledger } = storage;
  const history = { ledger: async () => ledger, ledgerFiles: tools.ledgerFiles, archive: tools.archive };
  const place = 'issueKey' in entry.to ? entry.to.issueKey : `the webhook ${entry.to.urlRef}`;
  const isEdited = 'issueKey' in entry.to || again;
  if (!(await open(entry, isEdited, outbox)))
    return {
      place,
      sent: false,
      text: `The report of ${entry.week} was sent to ${place} before. --again sends it once more, under the same id.`,
    };
  const sendWeekly = createSendWeekly({
    jira: await tools.jira(),
    agentId: tools.agentId(),
    listBindings: async () => bindings,
    report: (of, span) => readReport(of, span, { tools, history }),
    receivers: await tools.receivers(),
    post: (one) => post(one),
    clock: io.clock,
  });
  const perform: Parameters<typeof performNow>[1]['perform'] = async (due, renew) =>
    due.kind === 'weekly-report' ? sendWeekly(due, renew) : 'reschedule';
  const performed = await performNow(entry, { outbox, perform, clock: io.clock, log: silentLog });
  return { place, ...describe(performed, entry.week, place) };
}

/** False where it was sent before and is not to be sent once more. What is open already is sent now. */
async function open(entry: WeeklyReportEntry, isEdited: boolean, outbox: Outbox): Promise<boolean> {
  if (await outbox.enqueue(entry)) return true;
  const done = await outbox.listDone('weekly-report');
  const isDone = done.some((one) => JSON.stringify(one) === JSON.stringify(entry));
  if (!isDone) return true;
  if (!isEdited) return false;
  await outbox.delete(entry);
  await outbox.enqueue(entry);
  return true;
}

function describe(performed: Awaited<ReturnType<typeof performNow>>, week: string, place: string): Omit<Sent, 'place'> {
  switch (performed.kind) {
    case 'done':
      return { sent: true, text: `The report of ${week} is sent to ${place}.` };
    case 'busy':
      return {
        sent: false,
        text: `Another process sends the report of ${week} to ${place} at this moment, or tried a moment ago.`,
      };
    case 'failed': {
      const { error } = performed;
      if (!(error instanceof TaskError || error instanceof UsageError)) throw error;
      const why = error instanceof TaskError ? describeFailure(error) : error.message;
      return { sent: false, text: `The report of ${week} is not sent to ${place}: ${why} The deployment tries again.` };
    }
  }
}
