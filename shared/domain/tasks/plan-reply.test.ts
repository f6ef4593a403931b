import { describe, expect, it } from 'vitest';

import {
  AGENT,
  aDiscussion,
  aMergeRequest,
  aNote,
  aReviewedBinding,
  OTHER_BOT,
} from '../../../test/fixtures/discussions.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import type { Note } from '../ports/gitlab.ts';
import { Task } from '../runs/task.ts';
import { type NotedMergeRequest, planReply, type ReplyContext } from './plan-reply.ts';

const caps = { perThread: 3, perHour: 5 };
const ours = () => aNote({ author: AGENT, body: 'A finding.' });

const PLACE = { identity: AGENT, mergeRequest: aMergeRequest(), binding: aReviewedBinding() };

function plan(note: Note, options: { before?: Note[]; context?: Partial<ReplyContext>; individual?: boolean } = {}) {
  const discussion = aDiscussion([...(options.before ?? []), note], { individualNote: options.individual ?? false });
  const thread = { discussionId: discussion.id, discussion };
  return planReply(note, thread, PLACE, { caps, ...options.context });
}

describe('planReply', () => {
  it('plans one task per note', () => {
    const note = aNote({ id: 55, body: '/copilot add a test' });
    const planned = plan(note);
    expect(planned).toEqual({
      action: 'enqueue',
      task: {
        version: 1,
        kind: 'reply',
        id: 'reply~7~3~55',
        scope: 'mr~7~3',
        credentialRef: 'team_a',
        projectId: 7,
        mergeRequestIid: 3,
        discussionId: 'd55',
        noteId: 55,
        requestedBy: { service: 'gitlab', id: String(note.author.id), name: note.author.username },
      },
    });
    expect(planned.action === 'enqueue' && Task().parse(planned.task)).toBeTruthy();
  });

  it.each(['/copilot add a test', '/copilot review', '/copilot full review'])(
    'sends what "%s" asks for to the runners of the image the binding names',
    (body) => {
      const note = aNote({ body });
      const thread = { discussionId: 'd1', discussion: aDiscussion([note]) };
      const place = { ...PLACE, binding: { ...PLACE.binding, image: 'python' } };
      expect(planReply(note, thread, place, { caps })).toMatchObject({ task: { image: 'python' } });
    },
  );

  it.each([
    { body: '/copilot review', depth: 'incremental' },
    { body: '@cmap full review', depth: 'full' },
  ])('$body becomes a review of its own, also at a head that was reviewed', ({ body, depth }) => {
    const planned = plan(aNote({ id: 56, body }));
    expect(planned).toMatchObject({
      task: { kind: 'review', id: 'review~7~3~note~56', headSha: 'a'.repeat(40), scope: 'mr~7~3', depth },
    });
  });

  it.each([
    { name: 'a mention', note: aNote({ body: 'What do you think, @cmap?' }), before: [] },
    { name: 'an answer in our thread', note: aNote({ body: 'Why?' }), before: [ours()] },
    {
      name: 'a command in a resolved thread',
      note: aNote({ body: '/copilot why?', resolved: true }),
      before: [aNote({ resolved: true })],
    },
    {
      name: 'words in our thread of which one note is not resolved',
      note: aNote({ body: 'Still?', resolved: false }),
      before: [aNote({ author: AGENT, resolved: true })],
    },
    {
      name: 'words in our thread that cannot be resolved',
      note: aNote({ body: 'Why?', resolvable: false }),
      before: [aNote({ author: AGENT, resolvable: false })],
    },
    {
      name: 'words in a thread that a finding of ours began and people went on',
      note: aNote({ body: 'Why?' }),
      before: [aNote({ author: AGENT, body: appendMarker('A finding.', { purpose: 'finding' }) }), aNote()],
    },
  ])('answers $name', ({ note, before }) => {
    expect(plan(note, { before }).action).toBe('enqueue');
  });

  it.each<{ name: string; context: Partial<ReplyContext> }>([
    { name: 'at the watermark', context: { watermark: 1_000_000 } },
    { name: 'below both caps', context: { counts: { inThread: 2, inLastHour: 4, notifiedInThread: false } } },
  ])('answers a note $name', ({ context }) => {
    expect(plan(aNote({ body: '/copilot help', createdAt: 1_000_000 }), { context }).action).toBe('enqueue');
  });

  it('answers in every state of a merge request that was not read', () => {
    const { state: _, ...unread } = aMergeRequest();
    const note = aNote({ body: '/copilot help' });
    const place = { ...PLACE, mergeRequest: unread satisfies NotedMergeRequest };
    expect(planReply(note, { discussionId: 'd', discussion: undefined }, place, { caps }).action).toBe('enqueue');
  });

  it('carries the trace of the event', () => {
    const note = aNote({ body: '/copilot help' });
    expect(plan(note, { context: { traceparent: '00-1-2-01' } })).toMatchObject({ task: { traceparent: '00-1-2-01' } });
    expect(plan(note)).not.toHaveProperty('task.traceparent');
  });

  const marked = appendMarker('Done.', { purpose: 'answer', answers: 1 });
  it.each<{
    name: string;
    note: Note;
    before?: Note[];
    individual?: boolean;
    context?: Partial<ReplyContext>;
    reason: string;
  }>([
    { name: 'our own words', note: aNote({ author: AGENT, body: '/copilot help' }), reason: 'own-note' },
    {
      name: 'a copy of us under another name',
      note: aNote({ author: { ...OTHER_BOT, bot: false, username: 'cmap2' }, body: marked }),
      before: [ours()],
      reason: 'marker',
    },
    { name: 'another bot', note: aNote({ author: OTHER_BOT, body: '@cmap hi' }), reason: 'other-bot' },
    {
      name: 'a service account',
      note: aNote({ author: { ...OTHER_BOT, bot: false, username: 'service_account_group_1_x' }, body: '@cmap hi' }),
      reason: 'other-bot',
    },
    { name: 'an internal note', note: aNote({ internal: true, body: '@cmap do it' }), reason: 'internal-note' },
    { name: 'a system note', note: aNote({ system: true, body: 'mentioned in @cmap' }), reason: 'system-note' },
    { name: 'talk between people', note: aNote({ body: 'I agree.' }), before: [aNote()], reason: 'not-addressed' },
    {
      name: 'a plain note beside ours',
      note: aNote({ body: 'Nice.' }),
      before: [ours()],
      individual: true,
      reason: 'not-addressed',
    },
    {
      name: 'talk below a warning of ours about a credential',
      note: aNote({ body: 'It is revoked.' }),
      before: [aNote({ author: AGENT, body: appendMarker('A token.', { purpose: 'credential' }) })],
      reason: 'not-addressed',
    },
    {
      name: 'talk in a thread where GitLab notes what we did',
      note: aNote({ body: 'I agree.' }),
      before: [aNote({ author: AGENT, system: true, body: 'changed this line' })],
      reason: 'not-addressed',
    },
    { name: 'a command in prose', note: aNote({ body: 'You could write /copilot help.' }), reason: 'not-addressed' },
    { name: 'a longer word', note: aNote({ body: '/copilotx help' }), reason: 'not-addressed' },
    {
      name: 'a longer name',
      note: aNote({ body: 'ask @cmap-team or me@cmap.io or @cmap.dev' }),
      reason: 'not-addressed',
    },
    { name: 'our name in a quote', note: aNote({ body: '> @cmap please\n\nNo.' }), reason: 'not-addressed' },
    {
      name: 'our name in code',
      note: aNote({ body: 'Write `@cmap` or\n```\n/copilot x\n```' }),
      reason: 'not-addressed',
    },
    {
      name: 'words in our thread after it was resolved',
      note: aNote({ body: 'Thanks!', resolved: true }),
      before: [aNote({ author: AGENT, resolved: true })],
      reason: 'resolved-thread',
    },
    {
      name: 'words in a resolved thread that holds a system note',
      note: aNote({ body: 'Thanks!', resolved: true }),
      before: [
        aNote({ author: AGENT, resolved: true }),
        aNote({ system: true, resolved: false, body: 'changed this line' }),
      ],
      reason: 'resolved-thread',
    },
    { name: 'history', note: aNote({ body: '/copilot help', createdAt: 5 }), context: { watermark: 6 }, reason: 'old' },
    {
      name: 'a thread that had enough',
      note: aNote({ body: '/copilot help' }),
      context: { counts: { inThread: 3, inLastHour: 0, notifiedInThread: false } },
      reason: 'cap-reached',
    },
    {
      name: 'an hour that had enough',
      note: aNote({ body: '/copilot help' }),
      context: { counts: { inThread: 0, inLastHour: 5, notifiedInThread: true } },
      reason: 'cap-reached',
    },
  ])('leaves $name alone: $reason', ({ note, reason, ...options }) => {
    expect(plan(note, options)).toMatchObject({ action: 'skip', reason });
  });

  it('leaves an account alone that the binding calls a bot, so that the two do not go on answering each other', () => {
    const note = aNote({ author: { ...OTHER_BOT, bot: false, username: 'Fixer-2' }, body: '@cmap done, look again' });
    const { bots } = PLACE.binding.review;
    const binding = aReviewedBinding({ bots: { ...bots, authors: ['fixer-*'] } });
    const place = { ...PLACE, binding };
    const thread = { discussionId: 'd', discussion: aDiscussion([ours(), note]) };
    expect(planReply(note, thread, place, { caps })).toEqual({ action: 'skip', reason: 'other-bot' });
    expect(planReply(note, thread, PLACE, { caps }).action).toBe('enqueue');
  });

  it.each([true, false])('says once that it stops (said before: %s)', (notifiedInThread) => {
    const counts = { inThread: 3, inLastHour: 3, notifiedInThread };
    expect(plan(aNote({ body: '/copilot help' }), { context: { counts } })).toEqual({
      action: 'skip',
      reason: 'cap-reached',
      notify: !notifiedInThread,
      task: expect.objectContaining({ kind: 'reply' }),
    });
  });

  it('does not guess who it is', () => {
    const note = aNote({ body: '/copilot help' });
    const thread = { discussionId: 'd', discussion: aDiscussion([note]) };
    expect(planReply(note, thread, { ...PLACE, identity: undefined }, { caps })).toMatchObject({
      reason: 'identity-unknown',
    });
  });

  it('lets a note through whose thread is not known yet', () => {
    const note = aNote({ body: 'Why?' });
    const thread = { discussionId: 'd', discussion: undefined };
    expect(planReply(note, thread, PLACE, { caps }).action).toBe('enqueue');
  });

  it.each([
    { name: 'an unbound project', mergeRequest: aMergeRequest(), binding: undefined, reason: 'unbound-project' },
    {
      name: 'a closed merge request',
      mergeRequest: aMergeRequest({ state: 'merged' }),
      binding: aReviewedBinding(),
      reason: 'closed',
    },
  ])('does nothing on $name', ({ mergeRequest, binding, reason }) => {
    const note = aNote({ body: '/copilot help' });
    const thread = { discussionId: 'd', discussion: aDiscussion([note]) };
    expect(planReply(note, thread, { identity: AGENT, mergeRequest, binding }, { caps })).toEqual({
      action: 'skip',
      reason,
    });
  });
});

describe('in shadow', () => {
  const planShadowed = (body: string) => {
    const note = aNote({ body });
    const discussion = aDiscussion([note]);
    const binding = { ...aReviewedBinding(), mode: 'shadow' as const };
    return planReply(note, { discussionId: discussion.id, discussion }, { ...PLACE, binding }, { caps });
  };

  it('no note is answered, and a review that a person asks for is made', () => {
    expect(planShadowed('/copilot add a test')).toEqual({ action: 'skip', reason: 'shadow' });
    expect(planShadowed('/copilot review')).toMatchObject({ action: 'enqueue', task: { kind: 'review' } });
  });
});
