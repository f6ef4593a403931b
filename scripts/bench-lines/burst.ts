import pLimit from 'p-limit';
import { drain } from '../../runner-container/drain/drain.ts';
import { buildConnectionString, startAzurite } from '../../sandbox/storage/azurite.ts';
import { createStorage } from '../../shared/adapters/storage/storage.ts';
import { buildEchoTask } from '../../shared/domain/tasks/build-task.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { type SlowLine, startSlowLine } from '../bench-tools/slow-line.ts';
import { timeMs } from '../bench-tools/take-turns.ts';

const EVENTS = 1000;
const RUNNERS = 8;
/**
 * How long each request to storage takes to arrive: slow enough that the runners wait for storage and not for this
 * machine. Without it the emulator, one process on a few shared cores, is what would be measured: there eight runners
 * are no faster than one.
 */
const LATENCY_MS = 40;
const ADMITTED_AT_ONCE = 16;

/**
 * How long 1,000 events take through eight runners, against an eighth of what one runner needs: one runner does an
 * eighth of the events. The ratio says what runners cost each other at the queue and in the tables. Runners are drain
 * loops in one process, so it says nothing about starting containers. @throws {Error} when a task was lost or done
 * twice.
 */
export async function benchBurst(): Promise<BenchLine> {
  const azurite = await startAzurite();
  const { blob, queue, table } = azurite.ports;
  const lines = await Promise.all([blob, queue, table].map((port) => startSlowLine(port, LATENCY_MS)));
  try {
    const far = connectThrough(lines);
    await burst(far, azurite.connectionString, { prefix: 'warm', events: 3 * RUNNERS, runners: RUNNERS });
    const alone = { prefix: 'one', events: EVENTS / RUNNERS, runners: 1 };
    const floor = await burst(far, azurite.connectionString, alone);
    const ours = await burst(far, azurite.connectionString, { prefix: 'many', events: EVENTS, runners: RUNNERS });
    return {
      name: `burst of ${EVENTS} events, ${RUNNERS} runners`,
      unit: 's',
      floor: floor / 1000,
      ours: ours / 1000,
      ratio: ours / floor,
      limit: 1.2,
      note: `none lost, none twice; echo tasks, drain loops in one process, ${LATENCY_MS} ms to storage; one runner did ${EVENTS / RUNNERS} events`,
    };
  } finally {
    await Promise.all(lines.map((line) => line.stop()));
    await azurite.stop();
  }
}

function connectThrough([blob, queue, table]: SlowLine[]): string {
  if (!blob || !queue || !table) throw new Error('a line is missing');
  return buildConnectionString({ blob: blob.port, queue: queue.port, table: table.port });
}

/** Milliseconds from the first lease to the last settlement; admitting them is not counted. */
async function burst(
  far: string,
  near: string,
  { prefix, events, runners }: { prefix: string; events: number; runners: number },
): Promise<number> {
  const storage = createStorage({ connectionString: near }, { prefix });
  const common = { clock: systemClock, log: silentLog };
  const limit = pLimit(ADMITTED_AT_ONCE);
  const names = Array.from({ length: events }, (_, index) => `burst-${index}`);
  const admitted = await Promise.all(
    names.map((name) => limit(() => admitTask(buildEchoTask({ name, text: name }), { ...storage, ...common }))),
  );

  const performed: string[] = [];
  const never = new AbortController().signal;
  const loops = Array.from({ length: runners }, (_, index) => {
    // A connection pool of its own, as a process of its own would have.
    const own = createStorage({ connectionString: far }, { prefix });
    return () =>
      drain(
        {
          ...own,
          ...common,
          ...DRAIN_TIMES,
          runnerId: `runner-${index}`,
          notify: async () => {},
          async perform({ run }) {
            performed.push(run.runId);
            return { kind: 'done', result: { what: 'echo' } };
          },
        },
        never,
      );
  });
  const tookMs = await timeMs(() => Promise.all(loops.map((loop) => loop())));

  const [open, depth] = await Promise.all([storage.ledger.listOpen(), storage.queue.getDepth()]);
  const lost = admitted.filter(({ runId }) => !performed.includes(runId)).length;
  const twice = performed.length - new Set(performed).size;
  if (lost + twice + open.length + depth.count > 0) {
    throw new Error(`${lost} lost, ${twice} twice, ${open.length} open, ${depth.count} still queued`);
  }
  return tookMs;
}
