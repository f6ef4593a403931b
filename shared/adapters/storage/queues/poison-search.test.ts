import { expect, it } from 'vitest';
import { anEchoTask } from '../../../../test/builders/tasks.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';

it('a poisoned message beyond the first 32 is found and dropped, and all others stay', async () => {
  const clock = createManualClock();
  const { queue, parts } = createMemoryStorage({ clock });
  for (let index = 0; index < 70; index += 1) {
    await queue.enqueue(anEchoTask(), { runId: `run-${index}` });
    const message = await queue.lease({ visibilityTimeoutSeconds: 60 });
    if (message?.kind !== 'task') throw new Error('no message');
    await queue.moveToPoison(message, 'unexpected');
    await clock.advance(1);
  }
  const received = await parts.poison.receive(32, 1);
  const later = [...received, ...(await parts.poison.receive(32, 1)), ...(await parts.poison.receive(32, 1))].at(-1);
  await clock.advance(2000);
  const messageId = later?.messageId ?? '';
  expect(await queue.findPoison(messageId)).toMatchObject({ messageId, runId: 'run-69' });
  expect(await queue.dropPoison(messageId)).toBe(true);
  expect(await queue.findPoison(messageId)).toBeUndefined();
  expect((await queue.getDepth()).poisonCount).toBe(69);
});
