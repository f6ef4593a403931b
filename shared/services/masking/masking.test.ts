import { expect, it } from 'vitest';

import { aJiraUser, anIssue, anIssueComment } from '../../../test/builders/jira.ts';
import { aDiscussion, aMergeRequest, aNote } from '../../../test/fixtures/discussions.ts';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import { outboxSubject } from '../../domain/runs/outbox-entry.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import { appendMarker, parseMarker } from '../../kernel/text/marker.ts';
import { formatFooter, parseFooter } from '../notifications/report-footer.ts';
import { maskGitLab } from './mask-gitlab.ts';
import { maskJira } from './mask-jira.ts';

const OURS = 'our-own-t*ken_value';
const ESCAPED = String.raw`our-own-t\*ken\_value`;
const LOCAL = 'postgres://postgres:postgres@localhost/app';
const OTHERS = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');

function aRedactor() {
  const redactor = createRedactor();
  redactor.add(OURS);
  return redactor;
}

function aJira() {
  const written: string[] = [];
  const seen: string[] = [];
  const issue = anIssue({ key: 'PROJ-1', summary: `Use ${OURS}`, description: `It is ${ESCAPED} and ${LOCAL}` });
  const details = {
    subtasks: [{ key: 'PROJ-3', summary: LOCAL, status: '' }],
    links: [],
    components: [],
    fixVersions: [],
    fields: [{ asked: 'Notes', name: 'Notes', text: `use ${OURS}` }],
  };
  const clean = anIssue({ key: 'PROJ-2', summary: 'Use [secret]', description: LOCAL });
  const site = {
    getIssue: async (_key, _signal, wanted) => (wanted ? { ...clean, details } : issue),
    findIssue: async (key: string) => (key === 'PROJ-1' ? issue : undefined),
    searchIssues: async () => ({ issues: [issue, clean], unreadable: [], truncated: false }),
    listComments: async () => [anIssueComment({ body: `try ${OURS}` })],
    addComment: async (_key: string, markdown: string) => {
      written.push(markdown);
      return anIssueComment({ body: markdown });
    },
    updateComment: async (_key: string, _id: string, markdown: string) => void written.push(markdown),
    getMyself: async () => aJiraUser(),
  } as Partial<Jira> as Jira; // the other methods are passed on as they are
  return {
    jira: maskJira(site, { redactor: aRedactor(), onCredential: (alarm) => seen.push(outboxSubject(alarm)) }),
    written,
    seen,
  };
}

it('reads no credential of ours from Jira, however it is escaped, and leaves examples alone', async () => {
  const { jira, seen } = aJira();
  const masked = { summary: 'Use [secret]', description: `It is [secret] and ${LOCAL}` };
  expect(await jira.getIssue('PROJ-1')).toMatchObject(masked);
  expect(await jira.findIssue('PROJ-1')).toMatchObject(masked);
  expect(await jira.findIssue('PROJ-9')).toBeUndefined();
  expect((await jira.searchIssues('')).issues).toMatchObject([masked, { description: LOCAL }]);
  expect(await jira.listComments('PROJ-7')).toMatchObject([{ body: 'try [secret]' }]);
  expect(seen).toEqual(['PROJ-1', 'PROJ-1', 'PROJ-1', 'PROJ-7']);
  expect((await jira.getIssue('PROJ-2', undefined, { fields: ['Notes'] })).details).toMatchObject({
    subtasks: [{ summary: LOCAL }],
    fields: [{ text: 'use [secret]' }],
  });
  expect(seen.at(-1)).toBe('PROJ-2');
});

it('reads no credential of ours from a text that is attached, and leaves all other bytes as they are', async () => {
  const seen: unknown[] = [];
  const files = [`key=${OURS}\n`, `key=${LOCAL}\n`].map((text) => Buffer.from(text));
  const picture = Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.from(OURS)]);
  const contents = [...files, picture];
  const jira = maskJira({ readAttachment: async () => contents.shift() } as Partial<Jira> as Jira, {
    redactor: aRedactor(),
    onCredential: (alarm) => seen.push(alarm),
  });
  const read = async () => Buffer.from(await jira.readAttachment({ issueKey: 'PROJ-12', id: '1', maxBytes: 100 }));
  expect((await read()).toString()).toBe('key=[secret]\n');
  expect(seen).toEqual([{ kind: 'credential-pasted', issueKey: 'PROJ-12' }]);
  expect((await read()).toString()).toBe(`key=${LOCAL}\n`);
  expect(await read()).toEqual(picture);
  expect(seen).toHaveLength(1);
});

it('reads no credential from the address of a linked page, neither ours nor another that looks like one', async () => {
  const seen: unknown[] = [];
  const urls = [
    `https://wiki.example/?t=${OURS}`,
    'https://wiki.example/?t=glpat-ABCDEFGHIJ1234567890',
    'https://a.example/',
  ];
  const read = async (shown: string[]) => {
    const site = { listRemoteLinks: async () => shown.map((url) => ({ title: 'Page', url })) } as Partial<Jira> as Jira;
    const onCredential = (alarm: unknown) => seen.push(alarm);
    const links = await maskJira(site, { redactor: aRedactor(), onCredential }).listRemoteLinks('PROJ-12');
    return links.map(({ url = '' }) => url);
  };
  expect((await read(urls)).map((url) => url.includes('[secret]'))).toEqual([true, true, false]);
  expect(seen).toEqual([{ kind: 'credential-pasted', issueKey: 'PROJ-12' }]);
});

it('reads no credential of ours from the labels of an issue, and passes others on', async () => {
  const seen: unknown[] = [];
  const issues = [anIssue({ labels: ['ai', `key-${OURS}`] }), anIssue({ labels: ['ai', 'ops'] })];
  const jira = maskJira({ getIssue: async () => issues.shift() } as Partial<Jira> as Jira, {
    redactor: aRedactor(),
    onCredential: (alarm) => seen.push(alarm),
  });
  expect((await jira.getIssue('PROJ-12')).labels).toEqual(['ai', 'key-[secret]']);
  expect((await jira.getIssue('PROJ-12')).labels).toEqual(['ai', 'ops']);
  expect(seen).toHaveLength(1);
});

it.each([
  { place: 'a label', values: { labels: ['ai', OURS] }, shown: { labels: ['ai', '[secret]'] } },
  { place: 'the branch', values: { sourceBranch: `fix/${OURS}` }, shown: { sourceBranch: `fix/${OURS}` } },
])('says that a credential stands in $place of a merge request', async ({ values, shown }) => {
  const seen: unknown[] = [];
  const site = { getMergeRequest: async () => aMergeRequest(values) } as Partial<GitLab> as GitLab;
  const gitlab = maskGitLab(site, { redactor: aRedactor(), onCredential: (alarm) => seen.push(alarm) });
  expect(await gitlab.getMergeRequest(7, 3)).toMatchObject(shown);
  expect(seen).toMatchObject([{ kind: 'credential-in-merge-request' }]);
});

it('writes no credential to Jira, ours or another one', async () => {
  const { jira, written } = aJira();
  await jira.addComment('PROJ-1', `a ${OURS} b`);
  await jira.updateComment('PROJ-1', '1', `a ${OTHERS} b ${LOCAL}`);
  expect(written).toEqual(['a [secret] b', `a [secret] b ${LOCAL}`]);
});

it('reads and writes no credential of ours in GitLab', async () => {
  const written: unknown[] = [];
  const keep = async (...values: unknown[]) => void written.push(values.at(-1));
  const theirs = aMergeRequest({ title: `Use ${OURS}`, description: OURS });
  const note = aNote({ body: `see ${OURS}` });
  const system = aNote({ body: `changed title to ${OURS}`, system: true });
  const site = {
    getMergeRequest: async () => theirs,
    findMergeRequest: async () => undefined,
    findOpenMergeRequest: async () => theirs,
    listMergeRequestsBySourceBranch: async () => [theirs],
    listMergeRequests: async () => [theirs],
    listNotes: async () => [note],
    listDiscussions: async () => [aDiscussion([note], { id: 'd' }), aDiscussion([aNote()]), aDiscussion([system])],
    findDiscussion: async () => aDiscussion([aNote(), note], { id: 'e' }),
    createMergeRequest: keep,
    updateMergeRequest: keep,
    createNote: keep,
    updateNote: keep,
    createDiscussion: keep,
    replyToDiscussion: keep,
  } as unknown as GitLab; // answers of what is written are not looked at
  const seen: unknown[] = [];
  const gitlab = maskGitLab(site, { redactor: aRedactor(), onCredential: (alarm) => seen.push(alarm) });

  const read = [
    await gitlab.getMergeRequest(7, 3),
    await gitlab.findMergeRequest(7, 4),
    await gitlab.findOpenMergeRequest(7, 'b'),
    await gitlab.listMergeRequestsBySourceBranch(7, 'b'),
    await gitlab.listMergeRequests({ projectId: 7 }, { updatedAfter: 0 }),
    await gitlab.listNotes(7, 3),
    await gitlab.listDiscussions(7, 3),
    await gitlab.findDiscussion(7, 3, 'd'),
  ];
  expect(JSON.stringify(read)).not.toContain(OURS);
  expect(JSON.stringify(read).match(/\[secret\]/g)).toHaveLength(12);
  const inNote = { kind: 'credential-in-note', projectId: 7, iid: 3 };
  const inText = { kind: 'credential-in-merge-request', projectId: theirs.projectId, iid: theirs.iid };
  expect(seen).toEqual([...Array(4).fill(inText), { ...inNote, discussionId: 'd' }, { ...inNote, discussionId: 'e' }]);

  const branches = { sourceBranch: 'a', targetBranch: 'b' };
  await gitlab.createMergeRequest(7, { ...branches, title: OURS, description: `x ${OTHERS}` });
  await gitlab.updateMergeRequest(7, 3, { title: OURS });
  await gitlab.createNote(7, 3, OURS);
  await gitlab.updateNote(7, 3, 1, OURS);
  await gitlab.createDiscussion(7, 3, OURS);
  await gitlab.replyToDiscussion(7, 3, 'd', OURS);
  expect(written).toEqual([
    { ...branches, title: '[secret]', description: 'x [secret]' },
    { title: '[secret]' },
    '[secret]',
    '[secret]',
    '[secret]',
    '[secret]',
  ]);
});

it.each([
  'keys begin with `-----BEGIN PRIVATE KEY-----` today.',
  // Cut in the middle of a key: nothing in the text says where it ends.
  `it is\n-----BEGIN PRIVATE KEY-----\n${'aB3dE6gH9jK2mN5p'.repeat(4)}`,
])('is found again in what it wrote about a private key: %j', async (text) => {
  const { jira, written } = aJira();
  const footer = { purpose: 'report', runId: 'coding~PROJ-1~1', agentId: 'cmap' };
  await jira.addComment('PROJ-1', `${text}\n\n${formatFooter(footer)}`);
  expect(parseFooter(written[0] ?? '')).toEqual(footer);

  const marker = {
    purpose: 'finding',
    scope: 'mr~7~3',
    fingerprint: 'aB3dE6gH9jK2mN5paB3dE6gH9jK2mN5paB3dE6gH9jK2mN5p',
  };
  const createNote = async (_project: number, _iid: number, body: string) => aNote({ body });
  const gitlab = maskGitLab({ createNote } as Partial<GitLab> as GitLab, {
    redactor: aRedactor(),
    onCredential: () => {},
  });
  expect(parseMarker((await gitlab.createNote(7, 3, appendMarker(text, marker))).body)).toEqual(marker);
});

it('masks what stands in a marker as well', async () => {
  const createNote = async (_project: number, _iid: number, body: string) => aNote({ body });
  const gitlab = maskGitLab({ createNote } as Partial<GitLab> as GitLab, {
    redactor: aRedactor(),
    onCredential: () => {},
  });
  const { body } = await gitlab.createNote(7, 3, appendMarker('text', { purpose: 'finding', fingerprint: OURS }));
  expect(parseMarker(body)).toEqual({ purpose: 'finding', fingerprint: '[secret]' });
});
