import { expect, it } from 'vitest';

import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createAdmit } from './create-admit.ts';

it('logs one line for each admission, with run, task and how it was seen, and none for a duplicate', async () => {
  const clock = createManualClock();
  const log = createMemoryLog();
  const deps = { ...createMemoryStorage({ clock }), clock, log };
  const task = aCodingTask();

  const { runId } = await createAdmit('webhook', deps)(task);
  await createAdmit('poll', deps)(task);
  const { runId: again } = await createAdmit('poll', deps)(task, { again: 'message-1' });

  const about = { taskId: task.id, kind: 'coding' };
  expect(log.lines).toEqual([
    { level: 'info', event: 'task admitted', fields: { ...about, runId, seenBy: 'webhook' } },
    { level: 'info', event: 'task admitted', fields: { ...about, runId: again, seenBy: 'poll' } },
  ]);
});
