import { describe, expect, it } from 'vitest';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { aMergeRequest, aMergeRequestHook } from '../../../test/builders/gitlab.ts';
import { createIngress, supersedeNewest } from '../../../test/builders/ingress.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';

const [HEAD, TARGET, NEWER] = ['a', 'b', 'c'].map((digit) => digit.repeat(40));
const TASK = `update~7~3~${HEAD}~target~${TARGET}`;

/** A poller and a webhook that have seen everything so far, and a merge request of the agent. */
async function started({
  mergeTarget = 'on',
  mergeRequest = {},
}: {
  mergeTarget?: 'on' | 'off';
  mergeRequest?: Partial<MergeRequest>;
} = {}) {
  const binding = { ...aReviewedBinding({ enabled: false }), mergeTarget };
  const ingress = createIngress({ bindings: [{ binding, projectId: 7 }] });
  await ingress.poll();
  await ingress.clock.advance(10 * MINUTE);
  await ingress.poll();
  const ours = aMergeRequest({
    author: ingress.outside.self,
    sourceBranch: 'agent/PROJ-1',
    headSha: HEAD ?? '',
    hasConflicts: true,
    ...mergeRequest,
  });
  ingress.outside.mergeRequests.push(ours);
  ingress.outside.branches.set('main', TARGET ?? '');
  ingress.takeCalls();
  const merges = async () => (await ingress.tasks()).filter((id) => id.startsWith('update~'));
  const deliver = (attributes = {}) =>
    ingress.gitlabWebhook(
      aMergeRequestHook({
        action: 'update',
        source_branch: 'agent/PROJ-1',
        author_id: ingress.outside.self.id,
        merge_status: 'cannot_be_merged',
        ...attributes,
      }),
    );
  return { ...ingress, ours, merges, deliver };
}

describe('a conflict of a merge request of the agent', () => {
  it('is one run for its two heads, by webhook and by poll, on any number of instances', async () => {
    const { poll, deliver, merges } = await started();
    await Promise.all([poll(), deliver(), poll(), deliver()]);
    await poll();
    expect(await merges()).toEqual([TASK]);
  });

  it('is seen by a poll although nothing of the merge request has changed', async () => {
    const { poll, merges, takeCalls, lines } = await started({ mergeRequest: { updatedAt: 0, createdAt: 0 } });
    const logged = () => lines.filter(({ event }) => event === 'group polled' || event === 'poll done').slice(-2);
    await poll();
    expect(await merges()).toEqual([TASK]);
    expect(takeCalls()).toContain('gitlab.listOpenMergeRequestsBy 7');
    expect(logged()).toMatchObject([
      { event: 'group polled', fields: { conflicts: 1, merges: 1 } },
      { event: 'poll done', fields: { admitted: 0, merges: 1 } },
    ]);
    await poll();
    expect(lines.at(-1)).toMatchObject({ event: 'poll done', fields: { merges: 0 } });
  });

  it('is another run when either side has moved', async () => {
    const { poll, merges, outside, ours } = await started();
    await poll();
    outside.branches.set('main', NEWER ?? '');
    await poll();
    ours.headSha = NEWER ?? '';
    await poll();
    expect(await merges()).toEqual([TASK, `update~7~3~${HEAD}~target~${NEWER}`, `update~7~3~${NEWER}~target~${NEWER}`]);
  });

  it('answers its delivery with the run, and a redelivery with the same', async () => {
    const { deliver } = await started();
    const first = await deliver();
    expect(first).toMatchObject({ status: 202, body: { runId: expect.stringMatching(/^run-/) } });
    expect((await deliver()).body).toMatchObject({ runId: first.body['runId'], duplicate: true });
  });

  it('is tried again where the merge request was closed meanwhile and is open again', async () => {
    const { poll, merges, ours, storage, clock } = await started();
    await poll();
    await supersedeNewest({ storage, clock }, 'closed');
    await poll();
    expect(await merges()).toEqual([TASK]);
    ours.updatedAt = clock.now() + MINUTE;
    await poll();
    expect(await merges()).toEqual([TASK, TASK]);
  });
});

describe('nothing is asked of GitLab and nothing begun', () => {
  it('where the binding does not say so', async () => {
    const { poll, deliver, merges, takeCalls } = await started({ mergeTarget: 'off' });
    await poll();
    await deliver();
    expect(await merges()).toEqual([]);
    expect(takeCalls().filter((call) => /findBranch|listOpen/.test(call))).toEqual([]);
  });

  it.each<{ name: string; mergeRequest: Partial<MergeRequest>; attributes: object }>([
    { name: 'for a fork', mergeRequest: { sourceProjectId: 8 }, attributes: { source_project_id: 8 } },
    {
      name: 'for a branch that is no ticket',
      mergeRequest: { sourceBranch: 'feature' },
      attributes: { source_branch: 'feature' },
    },
    {
      name: 'where a person is the author',
      mergeRequest: { author: { id: 11, username: 'ada', name: '', bot: false } },
      attributes: { author_id: 11 },
    },
  ])('$name', async ({ mergeRequest, attributes }) => {
    const { poll, deliver, merges, takeCalls } = await started({ mergeRequest });
    await poll();
    await deliver(attributes);
    expect(await merges()).toEqual([]);
    expect(takeCalls().filter((call) => call.startsWith('gitlab.findBranch'))).toEqual([]);
  });
});

describe('what fails', () => {
  it('costs the delivery nothing of its review, and is left to the poll', async () => {
    const { deliver, poll, merges, outside, lines } = await started();
    outside.failures.set('gitlab.findBranch', new TaskError('gitlab-unavailable'));
    expect((await deliver()).status).toBe(200);
    expect(lines.map(({ event }) => event)).toContain('merge of the target branch not admitted');
    outside.failures.clear();
    await poll();
    expect(await merges()).toEqual([TASK]);
  });

  it('holds no watermark: the poll of the same group goes on from where it was', async () => {
    const { poll, outside, storage, clock } = await started();
    outside.failures.set('gitlab.listOpenMergeRequestsBy', new TaskError('gitlab-rate-limited'));
    const place = async () => (await storage.watermarks.find('gitlab~team_a~group'))?.value;
    const before = await place();
    await clock.advance(MINUTE);
    await poll();
    expect(await place()).not.toBe(before);
  });

  it('is a repository that GitLab hides, which stops no other', async () => {
    const { poll, outside, lines } = await started();
    outside.failures.set('gitlab.listOpenMergeRequestsBy', new TaskError('gitlab-forbidden'));
    await poll();
    const done = lines.findLast(({ event }) => event === 'group polled');
    expect(done?.fields).toMatchObject({ refused: ['group/app'] });
  });

  it('is a target branch that is gone, which `cmap explain` knows', async () => {
    const { poll, merges, outside, storage } = await started();
    outside.branches.clear();
    await poll();
    expect(await merges()).toEqual([]);
    const entries = await storage.skipLog.list('mr~7~3');
    expect(entries.map(({ reason }) => reason)).toContain('target-branch-gone');
  });
});
