import { describe, expect, it } from 'vitest';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { isRemembered } from '../../../shared/domain/runs/outbox-entry.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { aGitLabUser, aMergeRequest, aMergeRequestHook, aNoteHook } from '../../../test/builders/gitlab.ts';
import { createIngress } from '../../../test/builders/ingress.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { createMergeRequestEnd } from './end-of-merge-request.ts';
import type { OnMergeRequestEnded } from './ended-merge-request.ts';

/** A poller and a webhook that have seen everything so far, and a merge request that has changed since. */
async function started({ tell: isTold = true, isOwn = true }: { tell?: boolean; isOwn?: boolean } = {}) {
  const reviewed = aReviewedBinding({ enabled: false });
  const mergeRequest = { ...reviewed.mergeRequest, ...(isTold ? { tellRequestedChanges: true as const } : {}) };
  const binding = { ...reviewed, mergeRequest };
  let end: OnMergeRequestEnded | undefined;
  const onMergeRequestEnded: OnMergeRequestEnded = async (ended) => (await end?.(ended)) ?? { skipped: 'not-wired' };
  const ingress = createIngress({
    bindings: [{ binding, projectId: 7 }],
    webhook: { onMergeRequestEnded },
    poll: { onMergeRequestEnded },
  });
  const view = { bindings: createBindings([binding]), registry: { status: () => [] } as never, generation: 0 };
  end = createMergeRequestEnd({ mapping: { current: async () => view }, outbox: ingress.storage.outbox });
  await ingress.poll();
  await ingress.clock.advance(10 * MINUTE);
  await ingress.poll();
  const author = isOwn ? ingress.outside.self : aGitLabUser({ id: 11 });
  const updatedAt = ingress.clock.now();
  ingress.outside.mergeRequests.push(aMergeRequest({ author, sourceBranch: 'agent/PROJ-1', updatedAt }));
  const due = async () => {
    const open = await ingress.storage.outbox.listOpen();
    return open.flatMap(({ entry }) => (entry.kind === 'requested-changes' ? [entry] : []));
  };
  const change = (state = 'opened', action = 'update') => {
    for (const one of ingress.outside.mergeRequests) Object.assign(one, { state, updatedAt: ingress.clock.now() });
    const about = { action, state, author_id: author.id, source_branch: 'agent/PROJ-1' };
    return ingress.gitlabWebhook(aMergeRequestHook(about));
  };
  const note = (state: string) =>
    ingress.gitlabWebhook(aNoteHook({}, { merge_request: { iid: 3, target_project_id: 7, state } }));
  /** What the sweep leaves of what is due. */
  const tell = async () => {
    const { outbox } = ingress.storage;
    for (const open of await outbox.listOpen()) {
      await outbox.complete(open);
      if (!isRemembered(open.entry)) await outbox.delete(open.entry);
    }
  };
  return { ...ingress, due, change, note, tell };
}

it('has the ticket looked after once, by webhook and by poll, however often it is told', async () => {
  const { poll, change, due } = await started();
  await Promise.all([change(), poll(), change(), poll()]);
  expect(await due()).toEqual([{ kind: 'requested-changes', projectId: 7, iid: 3 }]);
});

it.each([
  { name: 'the poll alone', act: async ({ poll }: Awaited<ReturnType<typeof started>>) => poll() },
  { name: 'a change of the merge request', act: async ({ change }: Awaited<ReturnType<typeof started>>) => change() },
  {
    name: 'a note of a person',
    act: async ({ gitlabWebhook }: Awaited<ReturnType<typeof started>>) => gitlabWebhook(aNoteHook()),
  },
])('is brought by $name', async ({ act }) => {
  const ingress = await started();
  await act(ingress);
  expect(await ingress.due()).toHaveLength(1);
});

it.each([
  { name: 'the map does not say so', given: { tell: false } },
  { name: 'a person has opened it', given: { isOwn: false } },
])('begins nothing where $name', async ({ given }) => {
  const { poll, change, due } = await started(given);
  await poll();
  await change();
  expect(await due()).toEqual([]);
});

describe('of a merge request that has ended', () => {
  it('the ticket is told once, also when it is polled, changed and written on afterwards', async () => {
    const { poll, change, note, tell, due } = await started();
    await change('merged', 'merge');
    expect(await due()).toEqual([{ kind: 'requested-changes', projectId: 7, iid: 3, ending: 'merged' }]);
    await tell();
    await poll();
    await change('merged');
    await note('merged');
    await change('merged', 'merge');
    expect(await due()).toEqual([]);
  });

  it('the ticket is told again where it was open in between', async () => {
    const { change, tell, due } = await started();
    await change('closed', 'close');
    await tell();
    await change('opened', 'reopen');
    expect(await due()).toEqual([{ kind: 'requested-changes', projectId: 7, iid: 3 }]);
    await tell();
    await change('closed', 'close');
    expect(await due()).toEqual([{ kind: 'requested-changes', projectId: 7, iid: 3, ending: 'closed' }]);
  });
});
