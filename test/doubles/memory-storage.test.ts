import { createTaskQueue } from '../../shared/adapters/storage/queues/create-task-queue.ts';
import { describeRows } from '../contracts/rows.ts';
import { describeRunLedger } from '../contracts/run-ledger.ts';
import { describeSmallState } from '../contracts/small-state.ts';
import { createMemoryFixture } from '../contracts/storage-fixture.ts';
import { describeImageQueues, describeTaskQueue } from '../contracts/task-queue.ts';
import { createMemoryMessages } from './memory-messages.ts';
import { createMemoryRows } from './memory-rows.ts';
import { createMemoryStorage } from './memory-storage.ts';

describeRows(async () => createMemoryRows());
describeRunLedger(createMemoryFixture);
describeSmallState(createMemoryFixture);
describeTaskQueue(async () => {
  const fixture = await createMemoryFixture();
  const tasks = createMemoryMessages(fixture.clock);
  const queue = createTaskQueue({ tasks, poison: createMemoryMessages(fixture.clock) });
  return { ...fixture, queue, sendRaw: (text) => tasks.send(text) };
});
describeImageQueues(async () => {
  const { parts } = createMemoryStorage({ images: ['python', 'java'] });
  return { open: (ownImage) => createTaskQueue({ ...parts, ownImage }) };
});
