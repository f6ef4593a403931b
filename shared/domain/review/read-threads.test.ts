import { describe, expect, it } from 'vitest';

import { REFS } from '../../../test/fixtures/diffs/builders.ts';
import { AGENT, aDiscussion, aNote, OTHER_BOT, PERSON } from '../../../test/fixtures/discussions.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import type { Note } from '../ports/gitlab.ts';
import { type FindingThread, readThreads } from './read-threads.ts';

const finding = (text: string, values: Partial<Note> = {}, marker = {}) =>
  aNote({
    author: AGENT,
    body: appendMarker(text, { purpose: 'finding', fingerprint: 'f1.a1.rule', sha: REFS.headSha, ...marker }),
    ...values,
  });
const own = (purpose: string) => aNote({ author: AGENT, body: appendMarker('Ours.', { purpose }) });

function read(first: Note, ...replies: Note[]): FindingThread | undefined {
  const [thread] = readThreads([aDiscussion([first, ...replies], { id: 'd1' })], AGENT.id);
  return thread;
}

describe('readThreads', () => {
  it('says what a finding of the agent is about, without marker and suggestion', () => {
    const position = { ...REFS, oldPath: 'src/old.ts', newPath: 'src/a.ts', newLine: 4, oldLine: 3 };
    const text =
      '**Minor:** T\n\nBefore.\n\n```suggestion:-0+0\na\n\nb\n```\n\n\n````suggestion:-1+0\n```\n````\n\nAfter.';
    expect(read(finding(text, { position }))).toEqual({
      discussionId: 'd1',
      identity: { fingerprint: 'f1', anchor: 'a1', rule: 'rule' },
      state: 'open',
      path: 'src/a.ts',
      line: 4,
      headSha: REFS.headSha,
      severity: 'minor',
      text: '**Minor:** T\n\nBefore.\n\nAfter.',
      resolvable: true,
      othersSpoke: false,
      verdictGiven: false,
    });
  });

  it('leaves out what a note does not say', () => {
    const thread = read(finding('Odd.', { resolvable: false }, { sha: undefined }));
    expect(thread).toMatchObject({ path: '', text: 'Odd.', resolvable: false });
    for (const field of ['line', 'headSha', 'severity']) expect(thread).not.toHaveProperty(field);
  });

  it('begins with the first words behind a suggestion', () => {
    expect(read(finding('```suggestion:-0+0\na\n```\n\nAfter.'))?.text).toBe('After.');
  });

  it('takes the line of the old side where there is no other', () => {
    const position = { ...REFS, oldPath: 'a', newPath: 'a', oldLine: 3 };
    expect(read(finding('x', { position }))?.line).toBe(3);
  });

  it.each([
    { body: '**Blocker:** x', severity: 'blocker' },
    { body: '**Major:** x', severity: 'major' },
    { body: '**Nit:** x', severity: 'nit' },
    { body: '**Nit** x', severity: undefined },
    { body: 'So **Nit:** x', severity: undefined },
  ])('reads from $body the severity $severity', ({ body, severity }) => {
    expect(read(finding(body))?.severity).toBe(severity);
  });

  it.each<{ name: string; first: Note }>([
    { name: 'a note of a person', first: finding('x', { author: PERSON }) },
    { name: 'a note of GitLab', first: finding('x', { system: true }) },
    { name: 'an own note for another purpose', first: finding('x', {}, { purpose: 'answer' }) },
    { name: 'a finding without its identity', first: finding('x', {}, { fingerprint: undefined }) },
    { name: 'a finding of an odd identity', first: finding('x', {}, { fingerprint: 'f1' }) },
    { name: 'an own note without a marker', first: aNote({ author: AGENT }) },
  ])('takes $name for no finding', ({ first }) => {
    expect(readThreads([aDiscussion([first]), aDiscussion([])], AGENT.id)).toEqual([]);
  });

  it.each<{ name: string; replies: Note[]; othersSpoke: boolean; verdictGiven: boolean }>([
    { name: 'a verdict', replies: [own('verdict')], othersSpoke: false, verdictGiven: true },
    {
      name: 'an answer after a verdict',
      replies: [own('verdict'), own('answer')],
      othersSpoke: false,
      verdictGiven: false,
    },
    {
      name: 'a verdict after an answer',
      replies: [own('answer'), own('verdict')],
      othersSpoke: false,
      verdictGiven: true,
    },
    { name: 'a person after a verdict', replies: [own('verdict'), aNote()], othersSpoke: true, verdictGiven: true },
    { name: 'a bot', replies: [aNote({ author: OTHER_BOT })], othersSpoke: true, verdictGiven: false },
    { name: 'GitLab', replies: [aNote({ system: true })], othersSpoke: false, verdictGiven: false },
  ])('knows who spoke last with $name', ({ replies, othersSpoke, verdictGiven }) => {
    expect(read(finding('x'), ...replies)).toMatchObject({ othersSpoke, verdictGiven });
  });

  const RESOLVED = { resolved: true, resolvedBy: AGENT };
  it.each<{ name: string; first?: Partial<Note>; replies?: Note[]; state: string }>([
    { name: 'resolved by the agent', first: RESOLVED, state: 'fixed' },
    { name: 'resolved by a person', first: { resolved: true, resolvedBy: PERSON }, state: 'settled' },
    { name: 'with a question of a person', replies: [aNote({ body: 'Why?' })], state: 'open' },
    {
      name: 'that a person told to ignore',
      first: RESOLVED,
      replies: [aNote({ body: '/copilot ignore' })],
      state: 'fixed',
    },
    { name: 'with another command', replies: [aNote({ body: '/copilot help' })], state: 'open' },
    {
      name: 'whose no the agent accepted',
      first: RESOLVED,
      replies: [own('accepted-no'), aNote()],
      state: 'dismissed',
    },
    { name: 'of which the agent said that it is ignored', replies: [own('ignored')], state: 'dismissed' },
    {
      name: 'that the agent told to ignore',
      replies: [aNote({ author: AGENT, body: '/copilot ignore' })],
      state: 'open',
    },
    {
      name: 'that the agent with an ordinary account told to ignore',
      replies: [aNote({ author: { ...AGENT, bot: false }, body: '/copilot ignore' })],
      state: 'open',
    },
    {
      name: 'that a hosted bot told to ignore',
      replies: [aNote({ author: { ...PERSON, username: 'renovate-bot' }, body: '/copilot ignore' })],
      state: 'open',
    },
    {
      name: 'that a token without the attribute bot told to ignore',
      replies: [aNote({ author: { ...OTHER_BOT, bot: false }, body: '/copilot ignore' })],
      state: 'open',
    },
    {
      name: 'that a person with the name of a bot in theirs told to ignore',
      replies: [aNote({ author: { ...PERSON, username: 'anti-renovate' }, body: '/copilot ignore' })],
      state: 'open',
    },
  ])('finds a thread $name $state', ({ first = {}, replies = [], state }) => {
    expect(read(finding('x', first), ...replies)?.state).toBe(state);
  });
});
