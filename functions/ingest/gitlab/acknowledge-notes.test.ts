import { expect, it } from 'vitest';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Admission } from '../../../shared/services/runs/admit-task.ts';
import { aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { type AcknowledgeDeps, acknowledgeNotes } from './acknowledge-notes.ts';

const ADMITTED: Admission = { kind: 'admitted', runId: 'run-1' };

function createFixture({
  admission = ADMITTED,
  react = async () => {},
}: {
  admission?: Admission;
  react?: () => Promise<void>;
} = {}) {
  const clock = createManualClock();
  const log = createMemoryLog();
  const reactions: unknown[][] = [];
  const addReaction: Awaited<ReturnType<AcknowledgeDeps['gitlabFor']>>['addReaction'] = (...given) => {
    reactions.push(given);
    return react();
  };
  const admit = acknowledgeNotes(async () => admission, { gitlabFor: async () => ({ addReaction }), clock, log });
  return { admit, clock, log, reactions };
}

it('reacts to a note whose answer was admitted', async () => {
  const { admit, reactions } = createFixture();
  expect(await admit(aReplyTask({ projectId: 7, mergeRequestIid: 3, noteId: 21 }))).toBe(ADMITTED);
  expect(reactions).toEqual([[7, 3, 21, 'eyes']]);
});

it.each([
  {
    name: 'a note that comes a second time',
    task: aReplyTask(),
    admission: { ...ADMITTED, kind: 'duplicate' as const },
  },
  { name: 'a review', task: aReviewTask(), admission: ADMITTED },
])('asks GitLab nothing for $name', async ({ task, admission }) => {
  const { admit, reactions } = createFixture({ admission });
  expect(await admit(task)).toBe(admission);
  expect(reactions).toEqual([]);
});

it.each([new TaskError('gitlab-forbidden'), new TaskError('gitlab-unavailable'), new Error('odd')])(
  'costs no admission where GitLab answers %s',
  async (error) => {
    const { admit, log } = createFixture({ react: () => Promise.reject(error) });
    expect(await admit(aReplyTask())).toBe(ADMITTED);
    expect(log.lines).toMatchObject([{ level: 'info', event: 'note not acknowledged' }]);
  },
);

it('waits a second and a half for it at most', async () => {
  const { admit, clock } = createFixture({ react: () => new Promise(() => {}) });
  let admission: Admission | undefined;
  const admitted = admit(aReplyTask()).then((given) => {
    admission = given;
  });
  await clock.advance(1.5 * SECOND - 1);
  expect(admission).toBeUndefined();
  await clock.advance(1);
  await admitted;
  expect(admission).toBe(ADMITTED);
});
