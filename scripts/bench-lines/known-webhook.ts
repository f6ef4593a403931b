import pLimit from 'p-limit';

import type { BenchEnvironment, BenchLine } from '../bench-tools/bench-line.ts';
import { findWorker } from '../bench-tools/functions-worker/find-worker.ts';
import type { FunctionsWorker } from '../bench-tools/functions-worker/start-worker.ts';
import { startWorkerFixture } from '../bench-tools/functions-worker/worker-fixture.ts';
import { compareRounds, takeTurnsOf } from '../bench-tools/take-turns.ts';

const ROUNDS = 9;
const DELIVERIES = 150;
const AT_ONCE = 16;
const LIMIT = 1.2;
/** Of a delivery, so that the sample reads as much. */
const BODY = Buffer.from(JSON.stringify({ text: 'x'.repeat(700) }));

/**
 * Deliveries about a merge request that is known, each with a new head, in a real Node.js worker of the Functions host:
 * against an app of one function that makes the same requests to storage. Needs what `benchColdStart` needs.
 */
export async function benchKnownWebhook({ searchPath }: BenchEnvironment): Promise<BenchLine[] | undefined> {
  const worker = findWorker(searchPath);
  if (worker === undefined || process.platform !== 'linux') return undefined;
  const fixture = await startWorkerFixture(worker);
  const sample = await fixture.startSample('store');
  const functions = await fixture.startFunctions();
  try {
    // Who we are is asked of GitLab once; a burst that waits for it on a busy machine is answered as too late.
    await fixture.deliver(functions);
    const rounds = await takeTurnsOf(
      ROUNDS,
      () => measureBurst(sample, () => sample.invoke({ name: 'sample', method: 'POST', body: BODY })),
      () => measureBurst(functions, () => fixture.deliver(functions)),
    );
    const clock = compareRounds(rounds, ({ wallMs }) => wallMs);
    const name = `${DELIVERIES} webhooks of a known merge request, ${AT_ONCE} at once`;
    return [
      {
        name: `${name}, processor`,
        unit: 'ms of processor',
        ...compareRounds(rounds, ({ cpuMs }) => cpuMs),
        limit: LIMIT,
      },
      {
        name: `${name}, clock`,
        unit: 'ms',
        ...clock,
        limit: LIMIT,
        note: `${perSecond(clock.ours)} a second, the sample ${perSecond(clock.floor)}`,
      },
    ];
  } finally {
    await sample.stop();
    await functions.stop();
    await fixture.stop();
  }
}

async function measureBurst(worker: FunctionsWorker, one: () => Promise<unknown>) {
  const limit = pLimit(AT_ONCE);
  const [startedAt, before] = [performance.now(), worker.cpuMs()];
  await Promise.all(Array.from({ length: DELIVERIES }, () => limit(one)));
  return { wallMs: performance.now() - startedAt, cpuMs: worker.cpuMs() - before };
}

function perSecond(wallMs: number): number {
  return Math.round((DELIVERIES / wallMs) * 1000);
}
