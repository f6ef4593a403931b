import pLimit from 'p-limit';

import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import { isFinal, type Run, type RunEvent } from '../../../shared/domain/runs/run.ts';
import { EVERYTHING } from '../../../shared/domain/runs/subjects.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { guardReading } from '../../../shared/services/runs/guard-reading.ts';

/** Something that happened to a run. */
export interface Activity extends RunEvent {
  task: Task;
}

export interface ActivityRange {
  /** Where to look: `shared/domain/runs/subjects.ts`. */
  subject: string;
  /** Events from this time on. */
  since: number;
  /** The newest runs are looked at in any state, at most 100; besides those that are open. */
  maxRecent: number;
  /** Runs whose events are read; those that changed last win. */
  maxRead: number;
  /** The runs of the reading before: what did not change since is not read again, and what was open is looked up. */
  previous?: readonly Run[];
}

export interface ActivityReading {
  /** Oldest first. */
  events: Activity[];
  /** Whether there are more runs in the range than were read. */
  truncated: boolean;
  runs: Run[];
  /** Ids of runs that cannot be read, whole or in part. */
  unreadable: string[];
}

const READS_AT_ONCE = 8;

/** A run that waited for longer than this before it ended is in the events of its issue, and not in those of all. */
const LONGEST_RUN_MS = 2 * DAY;

/**
 * The events of many runs in the order of time. Costs one list, one read per recent run of the time looked at, one more
 * per run that changed and two per run that works; for everything one more list.
 */
export async function readActivity(
  { subject, since, maxRecent, maxRead, previous = [] }: ActivityRange,
  ledger: Pick<RunLedger, 'find' | 'listOpen' | 'listRecent' | 'listEvents'>,
): Promise<ActivityReading> {
  const unreadable = new Set<string>();
  const onUnreadable = (runId: string) => void unreadable.add(runId);
  const [recent, open] = await Promise.all([
    ledger.listRecent(subject, maxRecent, { onUnreadable, ...(since > 0 ? { since: since - LONGEST_RUN_MS } : {}) }),
    subject === EVERYTHING ? ledger.listOpen() : [],
  ]);
  const known = new Map([...open, ...recent].map((run) => [run.runId, run]));
  const limit = pLimit(READS_AT_ONCE);
  const missing = previous.filter(({ runId, state }) => !known.has(runId) && !isFinal(state));
  const looked = await limit.map(missing, ({ runId }) => guardReading(runId, silentLog, () => ledger.find(runId)));
  for (const run of looked) if (run && run !== 'unreadable') known.set(run.runId, run);

  const changedAt = new Map(previous.map(({ runId, updatedAt }) => [runId, updatedAt]));
  // A run that waits or is over has had no event since its last change.
  const changed = [...known.values()]
    .filter(
      ({ runId, state, updatedAt }) =>
        state === 'running' || (updatedAt >= since && changedAt.get(runId) !== updatedAt),
    )
    .toSorted((a, b) => b.updatedAt - a.updatedAt);
  const events = await limit.map(changed.slice(0, maxRead), async (run) =>
    (await ledger.listEvents(run, since, () => onUnreadable(run.runId))).map((event) => ({ ...event, task: run.task })),
  );
  for (const { runId } of changed.slice(maxRead)) known.delete(runId);
  return {
    events: events.flat().toSorted((a, b) => a.at - b.at),
    truncated: changed.length > maxRead || (previous.length === 0 && hidesMore(recent, maxRecent, since)),
    runs: [...known.values()],
    unreadable: [...unreadable],
  };
}

/** The list was full and its oldest run began inside the range. */
function hidesMore(recent: readonly Run[], maxRecent: number, since: number): boolean {
  return recent.length >= maxRecent && (recent.at(-1)?.createdAt ?? 0) >= since;
}
