import pLimit from 'p-limit';
import type { Rows } from '../../shared/adapters/storage/tables/rows.ts';
import { buildReviewTask } from '../../shared/domain/tasks/build-task.ts';
import { DAY } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';

/** Neither run nor skip is old enough to be purged by the ordinary retention. */
const HISTORY = { beginsMs: 13 * DAY, endsMs: 4 * DAY };
/** Runs of the last day, however many there were before: history grows, and a day of work does not. */
const RECENT = 20;
/** Each of so many runs has a skip, more than the purge takes in one step, and every fifth of the others. */
const SKIPS = { first: 250, thenOf: 5 };
const ROWS_PER_WRITE = 100;
const WRITES_AT_ONCE = 8;

/** Partitions that are copied whole. Events stand in one for each run, and what reads them reads those of few runs. */
const COPIED = [
  { table: 'runs', partition: 'runs' },
  { table: 'state', partition: 'decisions' },
] as const;

/**
 * Puts finished runs of `projects` projects, and skips, into tables. The rows are made by the code itself in memory and
 * written a hundred at a time.
 */
export async function fillStorage(
  tables: Record<'runs' | 'state', Rows>,
  { runs, projects, now }: { runs: number; projects: number; now: number },
): Promise<void> {
  const clock = createSteppedClock(now - HISTORY.beginsMs);
  const memory = createMemoryStorage({ clock });
  const common = { ...memory, clock, log: silentLog };
  for (let index = 0; index < runs; index += 1) {
    clock.time = Math.floor(now - ageOf(index, runs));
    const about = { projectId: 1 + (index % projects), mergeRequestIid: 1 + index, headSha: 'abc123' };
    const { runId } = await admitTask(buildReviewTask(about), common);
    const running = await memory.ledger.update(await memory.ledger.get(runId), { state: 'running', attempt: 1 });
    if (running) await memory.ledger.update(running, { state: 'done', notified: true, result: { what: 'echo' } });
    if (index < SKIPS.first || index % SKIPS.thenOf === 0) await memory.skipLog.record(`mr~1~${index}`, 'draft');
  }
  for (const { table, partition } of COPIED) await copy(memory.parts.rows[table], tables[table], partition);
}

/** Oldest first. */
function ageOf(index: number, runs: number): number {
  const recent = Math.min(RECENT, runs);
  const older = runs - recent;
  if (index >= older) return ((runs - index) * DAY) / (recent + 1);
  return HISTORY.beginsMs - (index * (HISTORY.beginsMs - HISTORY.endsMs)) / older;
}

async function copy(from: Rows, to: Rows, partition: string): Promise<void> {
  const limit = pLimit(WRITES_AT_ONCE);
  const writes: Promise<unknown>[] = [];
  let batch: { kind: 'put'; key: string; fields: Record<string, string | number | boolean> }[] = [];
  const send = () => {
    const changes = batch;
    batch = [];
    if (changes.length > 0) writes.push(limit(() => to.write(partition, changes)));
  };
  for await (const { key, fields } of from.list(partition)) {
    batch.push({ kind: 'put', key, fields });
    if (batch.length === ROWS_PER_WRITE) send();
  }
  send();
  await Promise.all(writes);
}
