import { describe, expect, it } from 'vitest';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { failureOf } from '../../../test/failure-of.ts';
import type { OpenBranch } from './open-work-branch.ts';
import { startAnew } from './start-anew.ts';

const HEAD = 'a'.repeat(40);
const WORK = { branch: 'agent/PROJ-1', reused: true, headSha: HEAD, baseSha: 'b', targetSha: 'c' };

/** A run to `release/2.3.0` whose branch is there already; none of it needs git. */
function start(newest: Partial<MergeRequest>, open: Partial<OpenBranch> = {}) {
  const found = { repository: undefined as never, work: WORK, ownCommit: undefined, ...open };
  const run = { binding: aBinding({ target_branch: 'release/2.3.0' }), deps: undefined as never };
  const mergeRequest = aMergeRequest({ targetBranch: 'release/2.4.0', headSha: HEAD, ...newest });
  return startAnew(run, found, mergeRequest, new AbortController().signal);
}

describe('a branch that was made for another target branch', () => {
  it.each(['closed', 'merged'] as const)(
    'is refused once its merge request is %s: a new one would bring all of that branch along',
    async (state) => {
      expect(await failureOf(start({ state }))).toMatchObject({
        code: 'branch-of-other-target',
        detail: 'agent/PROJ-1 was made for release/2.4.0',
      });
    },
  );

  it.each<{ name: string; newest: Partial<MergeRequest>; open?: Partial<OpenBranch> }>([
    { name: 'while its merge request is open', newest: { state: 'opened' } },
    { name: 'where it goes to the same branch', newest: { state: 'closed', targetBranch: 'release/2.3.0' } },
    { name: 'that is gone', newest: { state: 'closed' }, open: { work: { ...WORK, reused: false } } },
    { name: 'on which this run has pushed', newest: { state: 'closed' }, open: { ownCommit: {} as never } },
  ])('is worked on $name', async ({ newest, open }) => {
    expect((await start(newest, open)).work.branch).toBe('agent/PROJ-1');
  });
});
