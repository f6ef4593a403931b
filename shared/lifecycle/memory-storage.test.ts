import { describeRows } from '../../test/contracts/rows.ts';
import { describeRunLedger } from '../../test/contracts/run-ledger.ts';
import { describeSmallState } from '../../test/contracts/small-state.ts';
import { describeTaskQueue } from '../../test/contracts/task-queue.ts';
import { createMemoryWorld } from '../../test/contracts/world.ts';
import { createTaskQueue } from '../queue/create-task-queue.ts';
import { createMemoryMessages } from '../queue/memory-messages.ts';
import { createMemoryRows } from '../state/memory-rows.ts';

describeRows(async () => createMemoryRows());
describeRunLedger(createMemoryWorld);
describeSmallState(createMemoryWorld);
describeTaskQueue(async () => {
  const world = await createMemoryWorld();
  const tasks = createMemoryMessages(world.clock);
  const queue = createTaskQueue({ tasks, poison: createMemoryMessages(world.clock) });
  return { ...world, queue, sendRaw: (text) => tasks.send(text) };
});
