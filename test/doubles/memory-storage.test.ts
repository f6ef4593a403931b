import { createTaskQueue } from '../../shared/adapters/storage/queues/create-task-queue.ts';
import { describeRows } from '../contracts/rows.ts';
import { describeRunLedger } from '../contracts/run-ledger.ts';
import { describeSmallState } from '../contracts/small-state.ts';
import { describeTaskQueue } from '../contracts/task-queue.ts';
import { createMemoryWorld } from '../contracts/world.ts';
import { createMemoryMessages } from './memory-messages.ts';
import { createMemoryRows } from './memory-rows.ts';

describeRows(async () => createMemoryRows());
describeRunLedger(createMemoryWorld);
describeSmallState(createMemoryWorld);
describeTaskQueue(async () => {
  const world = await createMemoryWorld();
  const tasks = createMemoryMessages(world.clock);
  const queue = createTaskQueue({ tasks, poison: createMemoryMessages(world.clock) });
  return { ...world, queue, sendRaw: (text) => tasks.send(text) };
});
