import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientOf, startTwoTeams } from '../../test/doubles/gitlab-environment.ts';
import type { SandboxGitLab } from './server/start-sandbox-gitlab.ts';

const REPO = 'group/app';
let sandbox: SandboxGitLab;
let ada: ReturnType<SandboxGitLab['as']>;
let branches = 0;

beforeAll(async () => {
  sandbox = await startTwoTeams();
  ada = sandbox.as('ada');
});
beforeEach(() => {
  sandbox.state.effects.length = 0;
});
afterAll(() => sandbox.close());

async function open(values: { title?: string; description?: string; message?: string } = {}) {
  const { title = 'A change', description = '', message = 'Change' } = values;
  branches += 1;
  const sourceBranch = `text-${branches}`;
  await ada.push(REPO, { branch: sourceBranch, files: { [sourceBranch]: '1\n' }, message });
  return ada.openMergeRequest(REPO, { sourceBranch, title, description });
}

describe('a text with a command', () => {
  it('in a description is run and taken out', async () => {
    const mergeRequest = await open({ description: 'Adds it.\n/label ~"by hand"\n/assign @mia' });
    expect(mergeRequest).toMatchObject({
      description: 'Adds it.',
      labels: ['by hand'],
      assignees: [{ username: 'mia' }],
    });
    expect(sandbox.state.effects.map(({ kind }) => kind)).toEqual(['quick-action', 'quick-action']);
  });

  it('in a note of the bot is run as the bot, and nothing is kept of a note that is only commands', async () => {
    const mergeRequest = await open();
    const client = clientOf(sandbox);
    await client.createNote(mergeRequest.project.id, mergeRequest.iid, 'I read it.\n/draft\n/target_branch main');
    expect(mergeRequest.title).toBe('Draft: A change');
    ada.note(REPO, mergeRequest.iid, '/close');
    await expect.poll(() => mergeRequest.state).toBe('closed');
    const texts = mergeRequest.discussions.flatMap(({ notes }) => notes.filter(({ system }) => !system));
    expect(texts.map(({ body }) => body)).toEqual(['I read it.']);
  });

  it('merges when its author may', async () => {
    const mergeRequest = await open();
    ada.note(REPO, mergeRequest.iid, 'Good.\n/merge');
    await expect.poll(() => mergeRequest.state).toBe('merged');
  });

  it('is recorded and left undone for a guest', async () => {
    const mergeRequest = await open();
    sandbox.as('guest').note(REPO, mergeRequest.iid, 'Hello.\n/close');
    expect(sandbox.state.effects).toMatchObject([{ kind: 'quick-action', command: 'close', by: 'guest' }]);
    expect(mergeRequest.state).toBe('opened');
  });

  it('in code is text', async () => {
    const mergeRequest = await open();
    ada.note(REPO, mergeRequest.iid, '```\n/close\n@all\n```');
    expect(sandbox.state.effects).toEqual([]);
  });
});

it('counts mentions of people, groups and everyone, not of unknown names', async () => {
  const mergeRequest = await open({ description: 'For @mia.' });
  ada.note(REPO, mergeRequest.iid, '@all @group/nowhere @unknown `@all` @group');
  expect(sandbox.state.effects.map((effect) => ('who' in effect ? effect.who : effect.kind))).toEqual([
    'mia',
    'all',
    'group',
  ]);
});

it('closes the issues that a merged description, title or commit names, and no others', async () => {
  const mergeRequest = await open({ title: 'Fix #3', description: 'Closes #4, PROJ-5', message: 'Add\n\nResolves #6' });
  expect(sandbox.state.effects).toEqual([]);
  await ada.merge(REPO, mergeRequest.iid);
  const closed = sandbox.state.effects.flatMap((effect) =>
    effect.kind === 'closed-issue' ? [`${effect.reference} by ${effect.in}`] : [],
  );
  expect(closed.sort()).toEqual([
    '#3 by merge-request',
    '#4 by merge-request',
    '#6 by commit',
    'PROJ-5 by merge-request',
  ]);
});

it('starts no pipeline for a commit that asks for none', async () => {
  await open({ message: 'Change [skip ci]' });
  expect(sandbox.state.effects).toMatchObject([{ kind: 'skipped-pipeline', branch: `text-${branches}` }]);
});
