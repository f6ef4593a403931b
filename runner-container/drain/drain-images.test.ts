import { expect, it } from 'vitest';
import { createTaskQueue } from '../../shared/adapters/storage/queues/create-task-queue.ts';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { sweep } from '../../shared/services/runs/sweep.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { type DrainDeps, drain } from './drain.ts';

const MOVE: Outcome = { kind: 'move' };
const DONE: Outcome = { kind: 'done', result: { what: 'echo' } };

/** A deployment with runners of the default image and of `python`, which end each run as told. */
function createFixture(outcomes: { python: Outcome; default: Outcome }) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock, images: ['python'] });
  const performed: string[] = [];
  const common = { ...storage, clock, log: silentLog, notify: async () => {} };
  const drainAs = async (image: 'python' | 'default') => {
    const deps: DrainDeps = {
      ...common,
      ...DRAIN_TIMES,
      queue: createTaskQueue({ ...storage.parts, ownImage: image === 'default' ? undefined : image }),
      runnerId: image,
      perform: async ({ run }) => {
        performed.push(`${image} ${run.runId} attempt ${run.attempt}`);
        return outcomes[image];
      },
    };
    const drained = drain(deps, new AbortController().signal);
    await clock.advance(MINUTE);
    return drained;
  };
  const admit = async () => (await admitTask(aCodingTask({ image: 'python' }), common)).runId;
  return { ...common, clock, performed, drainAs, admit };
}

it('performs a task where its image is, and leaves it to its runners', async () => {
  const { admit, drainAs, ledger, performed } = createFixture({ python: DONE, default: DONE });
  const runId = await admit();
  expect(await drainAs('default')).toMatchObject({ settled: 0 });
  expect(await drainAs('python')).toMatchObject({ done: 1 });
  expect(performed).toEqual([`python ${runId} attempt 1`]);
  expect(await ledger.get(runId)).toMatchObject({ state: 'done' });
});

it('sends a run that is for another image to its runners, which make its first attempt', async () => {
  const { admit, drainAs, ledger, performed, queue, scopes } = createFixture({ python: MOVE, default: DONE });
  const runId = await admit();
  expect(await drainAs('python')).toMatchObject({ settled: 1, moved: 1, ignored: 0 });
  const { task, ...moved } = await ledger.get(runId);
  expect(moved).toMatchObject({ state: 'queued', attempt: 0 });
  expect(task).not.toHaveProperty('image');
  expect(await scopes.list()).toEqual([]);
  expect((await queue.getDepth()).byImage).toMatchObject([{ count: 1 }, { image: 'python', count: 0 }]);
  expect((await ledger.listEvents(runId)).at(-1)).toMatchObject({ name: 'queued', fields: { reason: 'other-image' } });

  expect(await drainAs('default')).toMatchObject({ done: 1 });
  expect(performed).toEqual([`python ${runId} attempt 1`, `default ${runId} attempt 1`]);
});

it('performs a run once whose runner died between the two messages', async () => {
  const { admit, drainAs, ledger, performed, parts, clock, ...common } = createFixture({
    python: MOVE,
    default: DONE,
  });
  const runId = await admit();
  const [python, remove] = [parts.images.get('python'), parts.images.get('python')?.remove];
  if (!python || !remove) throw new Error('there is no queue of this image');
  python.remove = async () => true;
  await drainAs('python');
  python.remove = remove;
  await drainAs('default');
  await clock.advance(5 * MINUTE);
  expect(await drainAs('python')).toMatchObject({ ignored: 1 });
  expect(performed).toEqual([`python ${runId} attempt 1`, `default ${runId} attempt 1`]);
  expect(await sweep({ ...common, ledger, clock })).toMatchObject({ sent: 0 });
});
