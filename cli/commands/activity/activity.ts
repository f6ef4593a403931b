import * as z from 'zod';
import { EVERYTHING } from '../../../shared/domain/runs/subjects.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { describeUnreadable } from '../../clients/find-run-by-id.ts';
import { findScope } from '../../clients/find-scope.ts';
import { aboutRuns, createProjectPaths, type ReadProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTime } from '../../output/format-time.ts';
import { refuse } from '../../output/refuse.ts';
import { followActivity } from './follow-activity.ts';
import { activityToJson, formatActivity, isStep } from './format-activity.ts';
import { type Activity, type ActivityReading, readActivity } from './read-activity.ts';

export const ActivityOptions = z.object({
  subject: z.string().optional(),
  since: durationUpTo(90 * DAY, '90d, as long as runs are kept').optional(),
  follow: z.boolean().default(false),
  steps: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ActivityOptions = z.infer<typeof ActivityOptions>;

const MAX_RUNS = 50;
const MAX_EVENTS = 1000;

/**
 * Shows what happened to runs, in the order of time, the newest last; with `--follow` goes on until it is interrupted.
 */
export async function activity(
  options: ActivityOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const { follow, json, subject: named } = options;
  const subject = named === undefined ? EVERYTHING : await findScope(parseSubject(named), tools);
  const storage = await tools.storage();
  const { ledger } = storage;
  const readPaths = createProjectPaths(async () => storage, io.env);
  // An issue or merge request has few runs: without a limit its whole life is shown.
  const sinceMs = options.since ?? (named === undefined ? DAY : undefined);
  const since = sinceMs === undefined ? 0 : Math.max(0, io.clock.now() - sinceMs);
  const signal = follow ? io.interruption() : undefined;
  const first = await readActivity({ subject, since, maxRecent: MAX_RUNS, maxRead: MAX_RUNS }, ledger);

  if (named !== undefined && since === 0 && first.events.length === 0 && !follow) {
    const error =
      first.unreadable.length > 0
        ? describeUnreadable(first.unreadable)
        : `no run of ${named} is known; \`cmap explain ${named}\` says why nothing happened`;
    return refuse({ error, json }, io);
  }
  if (!follow && json) return answer({ json, document: toDocument(first, since, options), text: () => '' }, io);
  const shown = select(first.events, options).slice(-MAX_EVENTS);
  await printLines(shown, { readPaths, options, io });
  for (const note of listNotes(first, shown.length, since, options)) io.warn(note);
  if (!signal) return 0;
  const show = (events: Activity[]) => printLines(select(events, options), { readPaths, options, io });
  const warn = (text: string) => io.warn(`cmap: ${text}`);
  await followActivity({ subject, since, first }, { ledger, clock: io.clock, show, warn }, signal);
  return 0;
}

function select(events: Activity[], { steps, json }: ActivityOptions): Activity[] {
  return steps || json ? events : events.filter((event) => !isStep(event));
}

function toDocument({ events, truncated, unreadable }: ActivityReading, since: number, options: ActivityOptions) {
  const shown = select(events, options).slice(-MAX_EVENTS);
  return {
    since: since > 0 ? toIso(since) : null,
    truncated: truncated || shown.length < events.length,
    unreadable,
    events: shown.map(activityToJson),
  };
}

interface Printing {
  readPaths: ReadProjectPaths;
  options: ActivityOptions;
  io: CliIO;
}

/** A line for each: while one follows, there is no end of a document. */
async function printLines(events: readonly Activity[], { readPaths, options, io }: Printing): Promise<void> {
  const { json } = options;
  const paths = await readPaths(json ? [] : aboutRuns(events));
  const lines = events.map((event) => (json ? JSON.stringify(activityToJson(event)) : formatActivity(event, paths)));
  if (lines.length > 0) (json ? io.print : io.tell)(lines.join('\n'));
}

function listNotes(
  { events, truncated }: ActivityReading,
  shown: number,
  since: number,
  options: ActivityOptions,
): string[] {
  const { subject, follow } = options;
  const left = select(events, options).length - shown;
  const steps = events.length - shown - left;
  const where = subject === undefined ? '' : ` to ${subject}`;
  return [
    ...(shown === 0 && !follow ? [`Nothing happened${where} since ${formatTime(since)}.`] : []),
    ...(steps > 0 ? [`(${countOf(steps, 'agent step')} not shown; --steps shows them)`] : []),
    ...(left > 0 ? [`(${countOf(left, 'older event')} not shown; a shorter --since or an issue shows all)`] : []),
    ...(truncated
      ? [`(only the ${MAX_RUNS} runs that changed last are shown; a shorter --since or an issue shows all)`]
      : []),
  ];
}
