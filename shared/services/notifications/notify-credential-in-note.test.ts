import { expect, it } from 'vitest';

import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { AGENT, aDiscussion, aNote, aReviewedBinding, PERSON } from '../../../test/fixtures/discussions.ts';
import type { Discussion } from '../../domain/ports/gitlab.ts';
import { planReply } from '../../domain/tasks/plan-reply.ts';
import { silentLog } from '../../kernel/log.ts';
import { stripMarker } from '../../kernel/text/marker.ts';
import { createCredentialAlarm } from '../masking/create-credential-alarm.ts';
import { type PerformOutboxEntryDeps, performOutboxEntry } from '../outbox/perform-outbox-entry.ts';
import { processOutbox } from '../outbox/process-outbox.ts';

const alarm = { kind: 'credential-in-note', projectId: 7, iid: 3, discussionId: 'd1' } as const;

/** A thread on a merge request of a deployment without Jira, and the sweep that empties the outbox. */
function aThread(thread: Discussion | undefined, { isBound = true } = {}) {
  const clock = createManualClock();
  const { outbox } = createMemoryStorage({ clock });
  const replies: string[] = [];
  const notes: ReturnType<typeof aNote>[] = [];
  const gitlab = {
    getCurrentUser: async () => AGENT,
    findDiscussion: async (_project: number, _iid: number, id: string) => (id === thread?.id ? thread : undefined),
    listNotes: async () => [...(thread?.notes ?? []), ...notes],
    async createNote(_project: number, _iid: number, body: string) {
      const note = aNote({ author: AGENT, body });
      notes.push(note);
      return note;
    },
    async replyToDiscussion(_project: number, _iid: number, _id: string, body: string) {
      replies.push(body);
      thread?.notes.push(aNote({ author: AGENT, body }));
    },
  };
  const registry = { byProjectId: async () => (isBound ? { state: 'ready', binding: aReviewedBinding() } : undefined) };
  const deps = {
    mapping: { current: async () => ({ registry }) },
    gitlabFor: async () => gitlab,
  } as unknown as PerformOutboxEntryDeps; // the rest is about tickets
  const sweep = () =>
    processOutbox({ outbox, perform: (entry, renew) => performOutboxEntry(entry, deps, renew), clock, log: silentLog });
  return { clock, outbox, replies, notes, sweep };
}

it('a thread is notified once to rotate the credential in it, by however many processes that read it', async () => {
  const thread = aDiscussion([aNote({ body: 'use [secret]' })], { id: 'd1' });
  const { clock, outbox, replies, sweep } = aThread(thread);
  for (let process = 0; process < 3; process += 1) {
    const onCredential = createCredentialAlarm({ outbox, log: silentLog });
    onCredential(alarm);
    onCredential(alarm);
    await clock.advance(0);
    await sweep();
  }
  expect(replies.map(stripMarker)).toEqual([expect.stringMatching(/^\*\*A credential .* Rotate the credential now/)]);
  expect(await outbox.listOpen()).toEqual([]);
});

it('is notified once although the sweep died after it had said so', async () => {
  const thread = aDiscussion([aNote({ body: 'use [secret]' })], { id: 'd1' });
  const { outbox, replies, sweep } = aThread(thread);
  await outbox.enqueue(alarm);
  await sweep();
  await outbox.delete(alarm);
  await outbox.enqueue(alarm);
  await sweep();
  expect(replies).toHaveLength(1);
});

it.each([
  { name: 'a thread that is gone', thread: undefined, isBound: true },
  { name: 'a project that is not bound', thread: aDiscussion([aNote()], { id: 'd1' }), isBound: false },
])('leaves $name', async ({ thread, isBound }) => {
  const { outbox, replies, sweep } = aThread(thread, { isBound });
  await outbox.enqueue(alarm);
  await sweep();
  expect(replies).toEqual([]);
  expect(await outbox.listOpen()).toEqual([]);
});

it('says it once on a merge request whose title or description holds one, beside what it said in a thread of it', async () => {
  const thread = aDiscussion([aNote({ body: 'use [secret]' })], { id: 'd1' });
  const { outbox, replies, sweep, notes } = aThread(thread);
  const inText = { kind: 'credential-in-merge-request', projectId: 7, iid: 3 } as const;
  await outbox.enqueue(alarm);
  await outbox.enqueue(inText);
  await sweep();
  await outbox.enqueue(inText);
  await sweep();
  expect(replies).toHaveLength(1);
  expect(notes.map(({ body }) => stripMarker(body))).toEqual([
    expect.stringMatching(
      /^\*\*A credential .* stands in the title, the description, the branch or a label .* Rotate the credential now/,
    ),
  ]);
  expect(await outbox.listOpen()).toEqual([]);
});

it('does not make the agent take part in what people say there', async () => {
  const thread = aDiscussion([aNote({ body: 'use [secret]' })], { id: 'd1' });
  const { outbox, sweep } = aThread(thread);
  await outbox.enqueue(alarm);
  await sweep();
  const answer = aNote({ author: PERSON, body: 'I have rotated it.' });
  const about = { discussionId: 'd1', discussion: { ...thread, notes: [...thread.notes, answer] } };
  const mergeRequest = { projectId: 7, iid: 3, headSha: 'abc' };
  expect(
    planReply(
      answer,
      about,
      { identity: AGENT, mergeRequest, binding: aReviewedBinding() },
      { caps: { perThread: 9, perHour: 9 } },
    ),
  ).toEqual({ action: 'skip', reason: 'not-addressed' });
});

it('keeps what is about tickets until Jira is configured', async () => {
  const { outbox, sweep } = aThread(undefined);
  await outbox.enqueue({ kind: 'credential-pasted', issueKey: 'PROJ-1' });
  await sweep();
  expect(await outbox.listOpen()).toHaveLength(1);
});
