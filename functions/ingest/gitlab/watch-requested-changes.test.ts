import { expect, it } from 'vitest';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { aGitLabUser, aMergeRequest, aMergeRequestHook, aNoteHook } from '../../../test/builders/gitlab.ts';
import { createIngress } from '../../../test/builders/ingress.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';

/** A poller and a webhook that have seen everything so far, and a merge request that has changed since. */
async function started({ tell = true, isOwn = true }: { tell?: boolean; isOwn?: boolean } = {}) {
  const reviewed = aReviewedBinding({ enabled: false });
  const mergeRequest = { ...reviewed.mergeRequest, ...(tell ? { tellRequestedChanges: true as const } : {}) };
  const ingress = createIngress({ bindings: [{ binding: { ...reviewed, mergeRequest }, projectId: 7 }] });
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
  const change = () => ingress.gitlabWebhook(aMergeRequestHook({ action: 'update', author_id: author.id }));
  return { ...ingress, due, change };
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
