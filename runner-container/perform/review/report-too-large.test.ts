import { describe, expect, it } from 'vitest';

import type { Discussion, GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { parseMarker, stripMarker } from '../../../shared/kernel/text/marker.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStatuses } from '../../../test/doubles/memory-statuses.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aDiscussion, aMergeRequest, aNote, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { perform } from '../perform.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

const SUPERSEDED = { kind: 'superseded', reason: 'too-large' };

/** A merge request of 900 files; there is nothing to clone with. */
function createFixture(status: 'on' | 'off' = 'off') {
  const discussions: Discussion[] = [];
  const notes = () => discussions.flatMap((each) => each.notes);
  const calls: string[] = [];
  const statuses = createMemoryStatuses();
  const log = createMemoryLog();
  let mergeRequest: Partial<MergeRequest> = { changedFiles: 900 };
  const gitlab = only<GitLab>({
    ...statuses.gitlab,
    getCurrentUser: async () => AGENT,
    getMergeRequest: async () => aMergeRequest(mergeRequest),
    listDiscussions: async () => discussions,
    listNotes: async () => notes(),
    async createNote(_project: number, _iid: number, body: string) {
      calls.push('create');
      const created = aNote({ body, author: AGENT });
      discussions.push(aDiscussion([created], { individualNote: true }));
      return created;
    },
    async updateNote(_project: number, _iid: number, id: number, body: string) {
      calls.push('update');
      for (const each of notes()) if (each.id === id) each.body = body;
    },
  });
  const entry = { state: 'ready', binding: aReviewedBinding({ status }), project: {} };
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => entry, listOfProject: async () => [entry] } }),
    gitlabFor: async () => gitlab,
    settings: {},
    clock: createManualClock(),
    log,
  } as unknown as RunnerDeps; // Nothing is cloned, and no session is begun.
  const review = (change: Partial<MergeRequest> = {}) => {
    mergeRequest = { ...mergeRequest, ...change };
    const task = aReviewTask({ headSha: aMergeRequest(mergeRequest).headSha });
    return perform(aRunContext(task), deps, new AbortController().signal);
  };
  return { gitlab, calls, notes, log, statuses, review };
}

describe('a merge request of more files than are reviewed', () => {
  it.each(['off', 'on'] as const)('says so once, before anything is cloned: status %s', async (status) => {
    const { calls, notes, review } = createFixture(status);
    expect([await review(), await review()]).toEqual([SUPERSEDED, SUPERSEDED]);
    expect(calls).toEqual(['create']);
    expect(notes().map(({ body }) => [parseMarker(body), stripMarker(body)])).toEqual([
      [
        { purpose: 'too-large', scope: expect.any(String) },
        `This merge request changes more than 500 files or 50000 lines, too many to be reviewed with care, so it was not reviewed at ${aMergeRequest().headSha.slice(0, 8)}. Split it into smaller merge requests, or write \`/copilot review\` to have it reviewed as it is.`,
      ],
    ]);
  });

  it('edits its note at a newer head', async () => {
    const { calls, notes, review } = createFixture();
    await review();
    const headSha = 'e'.repeat(40);
    expect(await review({ headSha, diffRefs: { baseSha: headSha, startSha: headSha, headSha } })).toEqual(SUPERSEDED);
    expect(calls).toEqual(['create', 'update']);
    expect(notes().map(({ body }) => body.includes('at eeeeeeee'))).toEqual([true]);
  });

  it('ends the same where GitLab takes no note', async () => {
    const { gitlab, log, review } = createFixture();
    gitlab.createNote = () => Promise.reject(new TaskError('gitlab-forbidden'));
    expect(await review()).toEqual(SUPERSEDED);
    expect(log.lines.map(({ event }) => event)).toContain('size not reported');
  });
});
