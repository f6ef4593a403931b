import pLimit from 'p-limit';

import type { BenchLine } from '../bench-tools/bench-line.ts';
import { takeTurns, timeMs } from '../bench-tools/take-turns.ts';
import { startWebhookFixture } from '../bench-tools/webhook-fixture.ts';

const ROUNDS = 9;
const DELIVERIES = 200;
const AT_ONCE = 16;

/** A burst of deliveries, 16 at a time, against the same requests to storage made directly with the SDK. */
export async function benchWebhookThroughput(): Promise<BenchLine> {
  const fixture = await startWebhookFixture();
  const limit = pLimit(AT_ONCE);
  const burst = (one: () => Promise<void>) =>
    timeMs(() => Promise.all(Array.from({ length: DELIVERIES }, () => limit(one))));
  try {
    const measured = await takeTurns(
      ROUNDS,
      () => burst(fixture.storeDirectly),
      () => burst(fixture.deliver),
    );
    const perSecond = Math.round((DELIVERIES / measured.ours) * 1000);
    return {
      name: `${DELIVERIES} webhooks, ${AT_ONCE} at once`,
      unit: 'ms',
      ...measured,
      limit: 1.5,
      note: `${perSecond} deliveries a second in one process`,
    };
  } finally {
    await fixture.stop();
  }
}
