import type { BenchEnvironment, BenchLine } from '../bench-tools/bench-line.ts';
import { findWorker } from '../bench-tools/functions-worker/find-worker.ts';
import type { FunctionsWorker } from '../bench-tools/functions-worker/start-worker.ts';
import { startWorkerFixture } from '../bench-tools/functions-worker/worker-fixture.ts';
import { compareRounds, takeTurnsOf } from '../bench-tools/take-turns.ts';

const ROUNDS = 9;

/** Two starts that are compared: what the worker runs, and the first request it answers. */
interface Start {
  open: () => Promise<FunctionsWorker>;
  ask: (worker: FunctionsWorker) => Promise<unknown>;
}

/**
 * From the start of a real Node.js worker of the Functions host to its first answer, by the clock and in processor time
 * of its process. Health is compared with an app of one function that answers at once; a webhook that is admitted with
 * an app of one function that makes the same requests to storage. Both are bundled as the functions are. Needs Core
 * Tools (`func`) on the path, which bring the worker, and Linux.
 */
export async function benchColdStart({ searchPath }: BenchEnvironment): Promise<BenchLine[] | undefined> {
  const worker = findWorker(searchPath);
  if (worker === undefined || process.platform !== 'linux') return undefined;
  const fixture = await startWorkerFixture(worker);
  const ours = () => fixture.startFunctions();
  try {
    return [
      ...(await compare('health', {
        floor: { open: () => fixture.startSample('answer'), ask: askSample },
        ours: { open: ours, ask: (one) => one.invoke({ name: 'health', method: 'GET' }) },
        note: 'floor is an app of one function that answers without storage',
      })),
      ...(await compare('webhook', {
        floor: { open: () => fixture.startSample('store'), ask: askSample },
        ours: { open: ours, ask: fixture.deliver },
        note: 'floor is an app of one function that makes the same three requests to storage',
      })),
    ];
  } finally {
    await fixture.stop();
  }
}

/** Above it: docs/testing.md says why. */
const LIMIT = 1.2;

async function compare(
  what: string,
  { floor, ours, note }: { floor: Start; ours: Start; note: string },
): Promise<BenchLine[]> {
  const rounds = await takeTurnsOf(
    ROUNDS,
    () => measureStart(floor),
    () => measureStart(ours),
  );
  const name = `cold start to the first answer, ${what}`;
  return [
    {
      name: `${name}, processor`,
      unit: 'ms of processor',
      ...compareRounds(rounds, ({ cpuMs }) => cpuMs),
      limit: LIMIT,
      note,
    },
    { name: `${name}, clock`, unit: 'ms', ...compareRounds(rounds, ({ wallMs }) => wallMs), limit: LIMIT },
  ];
}

async function measureStart({ open, ask }: Start): Promise<{ wallMs: number; cpuMs: number }> {
  const startedAt = performance.now();
  const worker = await open();
  try {
    await ask(worker);
    return { wallMs: performance.now() - startedAt, cpuMs: worker.cpuMs() };
  } finally {
    await worker.stop();
  }
}

function askSample(worker: FunctionsWorker): Promise<unknown> {
  return worker.invoke({ name: 'sample', method: 'POST', body: Buffer.from('{}') });
}
