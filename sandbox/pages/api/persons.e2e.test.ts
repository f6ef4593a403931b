import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../shared/kernel/secret.ts';
import { type SandboxGitLab, startSandboxGitLab } from '../../gitlab/server/start-sandbox-gitlab.ts';
import { type SandboxJira, startSandboxJira } from '../../jira/sandbox-jira.ts';
import { createGitLabPerson, type GitLabPerson } from './gitlab-person.ts';
import { createJiraPerson, type JiraPerson } from './jira-person.ts';

const FILE = 'one\ntwo\nthree\n';
let sandboxGitLab: SandboxGitLab;
let sandboxJira: SandboxJira;
let gitlab: GitLabPerson;
let jira: JiraPerson;

beforeAll(async () => {
  sandboxGitLab = await startSandboxGitLab({
    users: [
      { username: 'ada', name: 'Ada', tokens: ['glpat-ada'] },
      { username: 'bot', name: 'cmap', bot: true },
    ],
    projects: [{ path: 'group/app', files: { 'a.txt': 'one\n' }, members: { ada: 40, bot: 30 } }],
  });
  sandboxJira = await startSandboxJira({
    users: [{ accountId: 'ada', displayName: 'Ada', emailAddress: 'ada@example.com', apiToken: 'jira-ada' }],
    projects: [{ key: 'PROJ' }, { key: 'OPS' }],
  });
  gitlab = createGitLabPerson({
    name: 'GitLab',
    url: `${sandboxGitLab.url}/api/v4`,
    authorization: { header: 'private-token', value: new Secret('glpat-ada') },
  });
  jira = createJiraPerson({
    name: 'Jira',
    url: `${sandboxJira.url}/rest/api/3`,
    authorization: { header: 'authorization', value: new Secret('Bearer jira-ada') },
  });
});
afterAll(async () => {
  await sandboxGitLab?.close();
  await sandboxJira?.close();
});

async function openOn(branch: string) {
  const bot = sandboxGitLab.as('bot');
  const head = await bot.push('group/app', { branch, files: { 'a.txt': FILE, 'run.sh': 'x\n' } });
  const { iid, diffRefs } = await bot.openMergeRequest('group/app', {
    sourceBranch: branch,
    title: `Draft: ${branch}`,
  });
  const position = {
    position_type: 'text',
    base_sha: diffRefs.baseSha,
    start_sha: diffRefs.startSha,
    head_sha: head,
    old_path: 'a.txt',
    new_path: 'a.txt',
    new_line: 2,
  };
  return { place: { project: 'group/app', iid }, position };
}

describe('a person in GitLab', () => {
  it('reads changes line by line, and commits', async () => {
    const { place } = await openOn('read');
    const [first, second] = await gitlab.listDiffs(place);
    expect(first).toMatchObject({ newPath: 'a.txt', change: 'changed', text: '@@ -1 +1,3 @@\n one\n+two\n+three\n' });
    expect(second).toMatchObject({ newPath: 'run.sh', change: 'added', text: '@@ -0,0 +1 @@\n+x\n' });
    const { headSha, author, isDraft } = await gitlab.getMergeRequest(place);
    expect({ author, isDraft }).toEqual({ author: 'cmap', isDraft: true });
    expect(await gitlab.listCommitDiffs('group/app', headSha)).toHaveLength(2);
    expect(await gitlab.getCommit('group/app', headSha)).toMatchObject({ id: headSha });
    expect((await gitlab.listProjects()).map(({ path }) => path)).toEqual(['group/app']);
    expect(await gitlab.listFiles('group/app', 'read')).toEqual(['a.txt', 'run.sh']);
  });

  it('pushes a file, old or new, and is told what does not fit', async () => {
    const { place } = await openOn('push');
    const push = { branch: 'push', path: 'docs/ü.md', content: 'new\n', message: 'Add', isNew: true };
    await gitlab.pushFile('group/app', push);
    expect(String(await gitlab.getFile('group/app', 'push', 'docs/ü.md'))).toBe('new\n');
    await expect(gitlab.pushFile('group/app', push)).rejects.toThrow('A file with this name already exists');
    await expect(gitlab.pushFile('group/app', { ...push, path: 'none', isNew: false })).rejects.toThrow(
      "doesn't exist",
    );
    const [commit] = await sandboxGitLab.log('group/app', 'push');
    expect(commit).toMatchObject({ subject: 'Add', author: 'Ada' });
    expect((await gitlab.getMergeRequest(place)).headSha).toBe(commit?.sha);
  });

  it('applies a suggestion once, which resolves its thread', async () => {
    const { place, position } = await openOn('apply');
    const body = 'Better:\n```suggestion:-1+0\nONE\nTWO\n```';
    await sandboxGitLab.as('bot').startThread('group/app', place.iid, body, position);
    const [before] = await gitlab.listDiscussions(place);
    const [suggestion] = before?.notes[0]?.suggestions ?? [];
    expect(suggestion).toMatchObject({ applied: false, appliable: true });
    await gitlab.applySuggestion(suggestion?.id ?? 0);
    expect(String(await gitlab.getFile('group/app', 'apply', 'a.txt'))).toBe('ONE\nTWO\nthree\n');
    const [after] = await gitlab.listDiscussions(place);
    expect(after?.notes[0]).toMatchObject({ resolved: true, suggestions: [{ applied: true, appliable: false }] });
    await expect(gitlab.applySuggestion(suggestion?.id ?? 0)).rejects.toThrow('not applicable');
  });

  it('cannot apply a suggestion whose lines have changed', async () => {
    const { place, position } = await openOn('stale');
    await sandboxGitLab.as('bot').startThread('group/app', place.iid, '```suggestion\nTWO\n```', position);
    await sandboxGitLab.as('bot').push('group/app', { branch: 'stale', files: { 'a.txt': 'one\n2\nthree\n' } });
    const [thread] = await gitlab.listDiscussions(place);
    await expect(gitlab.applySuggestion(thread?.notes[0]?.suggestions[0]?.id ?? 0)).rejects.toThrow('have changed');
  });

  it('writes, replies, resolves, approves and merges under their own name', async () => {
    const { place } = await openOn('merge');
    await gitlab.startThread(place, 'Why?');
    const [thread] = await gitlab.listDiscussions(place);
    await gitlab.reply(place, thread?.id ?? '', 'Because.');
    await gitlab.resolve(place, thread?.id ?? '', true);
    await gitlab.writeNote(place, 'Fine.');
    const notes = (await gitlab.listDiscussions(place)).flatMap((one) => one.notes);
    expect(notes.map(({ author, body, resolved }) => [author, body, resolved])).toEqual([
      ['Ada', 'Why?', true],
      ['Ada', 'Because.', true],
      ['Ada', 'Fine.', undefined],
    ]);
    await expect(gitlab.merge(place)).rejects.toThrow('GitLab answered 405');
    await gitlab.setTitle(place, 'merge');
    await gitlab.approve(place);
    expect(await gitlab.getApprovals(place)).toEqual({ byMe: true, names: ['Ada'] });
    await gitlab.merge(place);
    expect((await gitlab.listMergeRequests('group/app'))[0]).toMatchObject({
      state: 'merged',
      mergeSha: expect.any(String),
    });
  });
});

describe('a person in Jira', () => {
  it('creates an issue, changes it, and reads what happened to it', async () => {
    const key = await jira.createIssue({ project: 'PROJ', summary: 'One', description: 'A *text*' });
    await jira.changeLabel(key, { add: 'x' });
    await jira.changeLabel(key, { add: 'y' });
    await jira.changeLabel(key, { remove: 'x' });
    await jira.comment(key, 'Please');
    const ready = (await jira.listTransitions(key)).find(({ to }) => to === 'AI Ready');
    await jira.move(key, ready?.id ?? '');
    const [person] = await jira.listAssignable(key);
    await jira.assign(key, person?.id);
    expect(await jira.getIssue(key)).toMatchObject({
      labels: ['y'],
      assignee: { name: 'Ada' },
      status: { name: 'AI Ready' },
    });
    await jira.assign(key, undefined);
    expect((await jira.getIssue(key)).assignee).toBeUndefined();
    expect((await jira.listComments(key)).map(({ author }) => author)).toEqual(['Ada']);
    expect((await jira.listChanges(key)).flatMap(({ items }) => items.map(({ field }) => field))).toEqual([
      ...['labels', 'labels', 'labels', 'status', 'assignee', 'assignee'],
    ]);
    expect(await jira.listLinks(key)).toEqual([]);
    expect(await jira.listProjects()).toEqual(['PROJ', 'OPS']);
    expect((await jira.listIssues(['PROJ'])).map((one) => one.key)).toEqual([key]);
    expect((await jira.listStatuses('PROJ')).map(({ name }) => name)).toContain('Done');
  });

  it('reads more comments than a page has', async () => {
    const key = sandboxJira.createIssue({ project: 'OPS', summary: 'Many' });
    for (let count = 0; count < 101; count += 1) sandboxJira.addComment(key, `${count}`);
    expect(await jira.listComments(key)).toHaveLength(101);
  });

  it('is told why something is refused', async () => {
    await expect(jira.getIssue('PROJ-99')).rejects.toThrow('Jira answered 404: Issue does not exist');
  });
});

describe('an address for people', () => {
  const open = async (url: string) => {
    const answer = await fetch(url, { redirect: 'manual' });
    return { status: answer.status, location: answer.headers.get('location') };
  };

  it('is no page by itself, and leads to one where there are pages', async () => {
    const note = `${sandboxGitLab.url}/group/app/-/merge_requests/1?a=b`;
    expect((await open(note)).status).toBe(404);
    expect((await open(`${sandboxJira.url}/browse/PROJ-1`)).status).toBe(401);
    sandboxGitLab.showPagesAt('http://127.0.0.1:9/gitlab');
    sandboxJira.showPagesAt('http://127.0.0.1:9/jira');
    expect(await open(note)).toEqual({
      status: 302,
      location: 'http://127.0.0.1:9/gitlab/group/app/-/merge_requests/1?a=b',
    });
    expect((await open(sandboxGitLab.url)).location).toBe('http://127.0.0.1:9/gitlab');
    expect((await open(sandboxJira.url)).location).toBe('http://127.0.0.1:9/jira');
    expect(await open(`${sandboxJira.url}/browse/PROJ-1?focusedCommentId=5`)).toEqual({
      status: 302,
      location: 'http://127.0.0.1:9/jira/browse/PROJ-1?focusedCommentId=5',
    });
    expect((await open(`${sandboxJira.url}/rest/api/3/myself`)).status).toBe(401);
  });
});
