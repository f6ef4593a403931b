import { describe, expect, it } from 'vitest';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { aMergeRequest, aPipelineHook } from '../../../test/builders/gitlab.ts';
import { createIngress } from '../../../test/builders/ingress.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';

const HEAD = 'a'.repeat(40);
const TASK = 'update~7~3~pipeline~812';
const PIPELINE = { id: 812, sha: HEAD, ref: 'agent/PROJ-1', status: 'failed', source: 'push' };

/** A poller and a webhook that have seen everything so far, and a merge request of the agent. */
async function started({
  repairPipelines = 'on',
  ready,
  mergeRequest = {},
}: {
  repairPipelines?: 'on' | 'off';
  ready?: 'when-green';
  mergeRequest?: Partial<MergeRequest>;
} = {}) {
  const reviewed = aReviewedBinding({ enabled: false });
  const rules = { ...reviewed.mergeRequest, ...(ready ? { ready } : {}) };
  const binding = { ...reviewed, repairPipelines, mergeRequest: rules };
  const ingress = createIngress({ bindings: [{ binding, projectId: 7 }] });
  await ingress.poll();
  await ingress.clock.advance(10 * MINUTE);
  await ingress.poll();
  const ours = { author: ingress.outside.self, sourceBranch: 'agent/PROJ-1', headSha: HEAD };
  ingress.outside.mergeRequests.push(aMergeRequest({ ...ours, ...mergeRequest }));
  ingress.takeCalls();
  return { ...ingress, repairs: async () => (await ingress.tasks()).filter((id) => id.startsWith('update~')) };
}

describe('a failed pipeline of a merge request of the agent', () => {
  it('is one run, by webhook and by poll, on any number of instances, also when its jobs fail once more', async () => {
    const { poll, gitlabWebhook, repairs, outside } = await started();
    outside.failedPipelines = [PIPELINE];
    await Promise.all([poll(), gitlabWebhook(aPipelineHook()), poll(), gitlabWebhook(aPipelineHook())]);
    await poll();
    await gitlabWebhook(aPipelineHook({ finished_at: 'later' }));
    expect(await repairs()).toEqual([TASK]);
  });

  it.each([
    { name: 'of a merge request', attributes: { ref: 'refs/merge-requests/3/head' } },
    { name: 'of a merged result', attributes: { ref: 'refs/merge-requests/3/merge', sha: 'f'.repeat(40) } },
  ])('$name is found by both ways', async ({ attributes }) => {
    const { poll, gitlabWebhook, repairs, outside } = await started();
    const merge_request = { iid: 3, source_branch: 'agent/PROJ-1' };
    expect(await gitlabWebhook(aPipelineHook(attributes, { merge_request }))).toMatchObject({ status: 202 });
    outside.failedPipelines = [{ ...PIPELINE, ...attributes }];
    await poll();
    expect(await repairs()).toEqual([TASK]);
  });

  it('is asked for from where the last poll ended, and not passed over where that fails', async () => {
    const { poll, outside, takeCalls, repairs, clock, lines } = await started();
    outside.failures.set('gitlab.listFailedPipelines', new TaskError('gitlab-unavailable'));
    await poll();
    expect(lines).toContainEqual(expect.objectContaining({ event: 'repository not polled', level: 'warn' }));
    const [first] = takeCalls().filter((call) => call.startsWith('gitlab.listFailed'));
    outside.failures.clear();
    outside.failedPipelines = [PIPELINE];
    await clock.advance(2 * MINUTE);
    await poll();
    expect(takeCalls()).toContain(first);
    expect(await repairs()).toEqual([TASK]);
    expect(lines.at(-1)).toMatchObject({ event: 'poll done', fields: { repairs: 1 } });
  });
});

describe('a repository whose lists fail', () => {
  /** Projects 7 and up in one group, each with repairs and merges. */
  async function startedWith(count: number) {
    const binding = { ...aReviewedBinding({ enabled: false }), repairPipelines: 'on', mergeTarget: 'on' } as const;
    const ids = Array.from({ length: count }, (_, index) => 7 + index);
    const bindings = ids.map((projectId) => ({
      binding: { ...binding, jiraProject: `P${projectId}`, repo: `group/p${projectId}` },
      projectId,
    }));
    const ingress = createIngress({ bindings });
    await ingress.poll();
    await ingress.clock.advance(10 * MINUTE);
    await ingress.poll();
    ingress.outside.failedPipelines = [{ ...PIPELINE, ref: 'refs/merge-requests/3/head' }];
    const ours = (projectId: number) =>
      aMergeRequest({
        author: ingress.outside.self,
        sourceBranch: `agent/P${projectId}-1`,
        headSha: HEAD,
        projectId,
        sourceProjectId: projectId,
      });
    ingress.outside.mergeRequests.push(...ids.map(ours));
    const polled = () => ingress.lines.filter(({ event }) => event.startsWith('poll ')).at(-1);
    return { ...ingress, ids, polled };
  }

  it.each(['gitlab-unavailable', 'gitlab-refused', 'unexpected'] as const)(
    'with %s stops no other one, and is looked at again a minute later',
    async (code) => {
      const { poll, outside, tasks, polled, clock } = await startedWith(3);
      const error = code === 'unexpected' ? new Error('odd answer') : new TaskError(code);
      for (const list of ['listFailedPipelines', 'listOpenMergeRequestsBy'])
        outside.failures.set(`gitlab.${list} 8`, error);
      await poll();
      expect(polled()).toMatchObject({ event: 'poll done', fields: { repairs: 2 } });
      outside.failures.clear();
      await clock.advance(MINUTE);
      await poll();
      expect(polled()).toMatchObject({ event: 'poll done', fields: { repairs: 1 } });
      expect((await tasks()).filter((id) => id.startsWith('update~8'))).toHaveLength(1);
    },
  );

  it.each(['gitlab-rate-limited', 'gitlab-unauthorized', 'storage-unavailable'] as const)(
    'for what is of no single repository (%s) is a poll that failed',
    async (code) => {
      const { poll, outside, polled } = await startedWith(3);
      outside.failures.set('gitlab.listFailedPipelines 8', new TaskError(code));
      await poll();
      expect(polled()).toMatchObject({ event: 'poll failed' });
    },
  );

  it('three in a row are an outage of GitLab, which is not asked on', async () => {
    const { poll, outside, polled, takeCalls } = await startedWith(5);
    outside.failures.set('gitlab.listFailedPipelines', new TaskError('gitlab-unavailable'));
    takeCalls();
    await poll();
    expect(takeCalls().filter((call) => call.startsWith('gitlab.listFailed'))).toHaveLength(3);
    expect(polled()).toMatchObject({ event: 'poll failed' });
  });
});

describe('nothing is begun', () => {
  it('and nothing asked of GitLab where the binding does not say so', async () => {
    const { poll, gitlabWebhook, repairs, outside, takeCalls } = await started({ repairPipelines: 'off' });
    outside.failedPipelines = [PIPELINE];
    await poll();
    expect((await gitlabWebhook(aPipelineHook())).body).toEqual({ skipped: 'unsupported-event' });
    expect(await repairs()).toEqual([]);
    expect(takeCalls().filter((call) => /Pipelines|findOpen|listOpen/.test(call))).toEqual([]);
  });

  it.each([
    ...['success', 'running', 'canceled', 'skipped', 'manual'].map((status) => ({
      name: `for one that is ${status}`,
      attributes: { status },
      skipped: 'not-failed',
    })),
    { name: 'for a child, which its parent brings', attributes: { source: 'parent_pipeline' }, skipped: 'not-failed' },
    { name: 'for a tag', attributes: { tag: true }, skipped: 'not-failed' },
    { name: 'for a branch of people', attributes: { ref: 'feature/PROJ-1' }, skipped: 'not-our-branch' },
    { name: 'for an older head', attributes: { sha: 'b'.repeat(40) }, skipped: 'not-own' },
  ])('$name', async ({ attributes, skipped }) => {
    const { gitlabWebhook, repairs } = await started();
    expect((await gitlabWebhook(aPipelineHook(attributes))).body).toEqual({ skipped });
    expect(await repairs()).toEqual([]);
  });

  it('for a merge request of a fork, whose pipelines run elsewhere', async () => {
    const { poll, gitlabWebhook, repairs, outside } = await started({ mergeRequest: { sourceProjectId: 8 } });
    outside.failedPipelines = [PIPELINE];
    await poll();
    await gitlabWebhook(aPipelineHook());
    expect(await repairs()).toEqual([]);
  });
});

describe('a passed pipeline of a draft of the agent', () => {
  const passed = { ...PIPELINE, status: 'success' };
  const green = (attributes = {}) => aPipelineHook({ status: 'success', ...attributes });
  const draft = { draft: true };
  const READY = 'update~7~3~green~812';

  it('is one run, by webhook and by poll, on any number of instances', async () => {
    const { poll, gitlabWebhook, repairs, outside } = await started({ ready: 'when-green', mergeRequest: draft });
    outside.passedPipelines = [passed];
    await Promise.all([poll(), gitlabWebhook(green()), poll(), gitlabWebhook(green())]);
    await poll();
    await gitlabWebhook(green({ finished_at: 'later' }));
    expect(await repairs()).toEqual([READY]);
  });

  it('is found also where it had passed before the merge request was open', async () => {
    const { poll, repairs, outside, takeCalls, clock, lines } = await started({
      ready: 'when-green',
      mergeRequest: draft,
    });
    const open = outside.mergeRequests.splice(0);
    outside.passedPipelines = [passed];
    await poll();
    expect(await repairs()).toEqual([]);
    outside.mergeRequests.push(...open);
    await clock.advance(2 * MINUTE);
    takeCalls();
    const pollAt = clock.now();
    await poll();
    const since = Number(
      takeCalls()
        .find((call) => call.includes('listPassed'))
        ?.split(' ')
        .at(-1),
    );
    expect(pollAt - since).toBeGreaterThan(10 * MINUTE);
    expect(await repairs()).toEqual([READY]);
    expect(lines.at(-1)).toMatchObject({ event: 'poll done', fields: { readied: 1 } });
  });

  it.each([
    { name: 'that failed', attributes: { status: 'failed' }, skipped: 'not-failed' },
    { name: 'that is under way', attributes: { status: 'running' }, skipped: 'not-failed' },
    { name: 'of an older head', attributes: { sha: 'b'.repeat(40) }, skipped: 'not-own' },
    { name: 'of a branch of people', attributes: { ref: 'feature/PROJ-1' }, skipped: 'not-our-branch' },
  ])('begins nothing for one $name', async ({ attributes, skipped }) => {
    const { gitlabWebhook, repairs } = await started({
      repairPipelines: 'off',
      ready: 'when-green',
      mergeRequest: draft,
    });
    expect((await gitlabWebhook(green(attributes))).body).toEqual({ skipped });
    expect(await repairs()).toEqual([]);
  });

  it('begins nothing where it is no draft, and asks nothing where the binding leaves it to people', async () => {
    const none = await started({ ready: 'when-green', mergeRequest: { draft: false } });
    none.outside.passedPipelines = [passed];
    await none.poll();
    expect((await none.gitlabWebhook(green())).body).toEqual({ skipped: 'not-own' });
    expect(await none.repairs()).toEqual([]);

    const off = await started({ repairPipelines: 'off', mergeRequest: draft });
    off.outside.passedPipelines = [passed];
    await off.poll();
    expect((await off.gitlabWebhook(green())).body).toEqual({ skipped: 'unsupported-event' });
    expect(off.takeCalls().filter((call) => /Pipelines|findOpen|listOpen/.test(call))).toEqual([]);
  });
});
