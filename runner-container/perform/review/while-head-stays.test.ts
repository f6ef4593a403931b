import { describe, expect, it } from 'vitest';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { aMergeRequest } from '../../../test/fixtures/discussions.ts';
import { whileHeadStays } from './while-head-stays.ts';

const head = { projectId: 7, iid: 3, headSha: aMergeRequest().headSha };

/** Work of 100 seconds that stops when it is aborted, while GitLab gives these answers one after the other. */
async function workWhile(answers: (Partial<MergeRequest> | Error)[], aborted?: AbortController) {
  const clock = createManualClock();
  let looks = 0;
  const gitlab = {
    async getMergeRequest() {
      const answer = answers[Math.min(looks, answers.length - 1)];
      looks += 1;
      if (answer instanceof Error) throw answer;
      return aMergeRequest(answer);
    },
  };
  const work = (signal: AbortSignal) => clock.sleep(100 * SECOND, signal).then(() => 'reviewed');
  const signal = aborted?.signal ?? new AbortController().signal;
  const ended = whileHeadStays(head, { gitlab, clock, log: silentLog }, work, signal).catch((error: unknown) => error);
  const startedAt = clock.now();
  if (aborted) aborted.abort(new TaskError('interrupted'));
  await clock.advance(200 * SECOND);
  expect(clock.sleepers()).toBe(0);
  return { ended: await ended, looks, startedAt };
}

const there = {};
const pushed = { headSha: 'f'.repeat(40) };

describe('work on one head', () => {
  it('looks every half minute and lets work on a standing head finish', async () => {
    expect(await workWhile([there])).toMatchObject({ ended: { kind: 'finished', value: 'reviewed' }, looks: 3 });
  });

  it.each([
    { name: 'a push', answers: [there, pushed], change: 'newer-head', looks: 2 },
    { name: 'a closed merge request', answers: [{ state: 'closed' as const }], change: 'closed', looks: 1 },
    { name: 'a merge', answers: [{ state: 'merged' as const }], change: 'closed', looks: 1 },
    {
      name: 'a push after a look that failed',
      answers: [new TaskError('gitlab-unavailable'), pushed],
      change: 'newer-head',
      looks: 2,
    },
  ])('is aborted by $name', async ({ answers, change, looks }) => {
    expect(await workWhile(answers)).toMatchObject({ ended: { kind: 'moved', change }, looks });
  });

  it.each([
    { name: 'goes on where the head stands', answers: [there], ended: { kind: 'finished', value: 'two steps' } },
    { name: 'goes on after a look that failed', answers: [new Error('no answer')], ended: { kind: 'finished' } },
    { name: 'begins no further step after a push', answers: [pushed], ended: { kind: 'moved', change: 'newer-head' } },
  ])('of several steps looks before the next one: $name', async ({ answers, ended }) => {
    const clock = createManualClock();
    const gitlab = {
      async getMergeRequest() {
        const [answer] = answers;
        if (answer instanceof Error) throw answer;
        return aMergeRequest(answer);
      },
    };
    const work = async (_signal: AbortSignal, look: () => Promise<void>) => {
      await look();
      return 'two steps';
    };
    const { signal } = new AbortController();
    expect(await whileHeadStays(head, { gitlab, clock, log: silentLog }, work, signal)).toMatchObject(ended);
  });

  it('that is aborted from outside is no moved head', async () => {
    const { ended } = await workWhile([pushed], new AbortController());
    expect(ended).toMatchObject({ code: 'interrupted' });
  });
});
