import type { BenchLine } from '../bench-tools/bench-line.ts';
import { takeTurns, timeMs } from '../bench-tools/take-turns.ts';
import { startWebhookFixture } from '../bench-tools/webhook-fixture.ts';

const DELIVERIES = 300;

/**
 * From a delivery to its durable 202, against the same requests to storage made directly with the SDK; the median of
 * each.
 */
export async function benchWebhook(): Promise<BenchLine> {
  const fixture = await startWebhookFixture();
  try {
    // Warm both ways before anything counts.
    for (let count = 0; count < 20; count += 1) {
      await fixture.deliver();
      await fixture.storeDirectly();
    }
    const measured = await takeTurns(
      DELIVERIES,
      () => timeMs(fixture.storeDirectly),
      () => timeMs(fixture.deliver),
    );
    return {
      name: 'webhook to durable 202, p50',
      unit: 'ms',
      ...measured,
      limit: 1.3,
      note: 'two table transactions and one queue message, on one emulator',
    };
  } finally {
    await fixture.stop();
  }
}
