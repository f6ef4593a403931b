import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, startTwoTeams } from '../../test/doubles/gitlab-environment.ts';
import { gitEnvironment } from './git/run-git.ts';
import type { SandboxGitLab } from './server/start-sandbox-gitlab.ts';

const run = promisify(execFile);
let sandbox: SandboxGitLab;
let folder: string;
let clones = 0;

beforeAll(async () => {
  sandbox = await startTwoTeams();
  folder = await mkdtemp(path.join(tmpdir(), 'sandbox-git-test-'));
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs git as a person with this token; resolves what it printed, whether it went well or not. */
async function git(token: string | undefined, directory: string, ...args: string[]) {
  const header = token && `http.extraHeader=Authorization: Basic ${Buffer.from(`oauth2:${token}`).toString('base64')}`;
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  try {
    const options = { cwd: directory, env: { ...gitEnvironment(), GIT_ASKPASS: 'true' } };
    const { stdout, stderr } = await run('git', [...(header ? ['-c', header] : []), ...identity, ...args], options);
    return { ok: true, text: stdout + stderr };
  } catch (error) {
    return { ok: false, text: String((error as { stderr?: string }).stderr) };
  }
}

async function clone(token: string | undefined, project = 'group/app', ...options: string[]) {
  const directory = path.join(folder, `clone-${++clones}`);
  const result = await git(token, folder, 'clone', '--quiet', ...options, sandbox.cloneUrl(project), directory);
  return { directory, ...result };
}

async function commit(directory: string, branch: string, text = `${Math.random()}\n`): Promise<void> {
  await git(undefined, directory, 'switch', '--quiet', '-C', branch);
  await writeFile(path.join(directory, 'new.txt'), text);
  await git(undefined, directory, 'add', '.');
  await git(undefined, directory, 'commit', '--quiet', '-m', 'Say something');
}

describe('git over HTTP', () => {
  it.each([
    { name: 'whole', options: [] },
    { name: 'shallow', options: ['--depth', '1'] },
    { name: 'without blobs', options: ['--filter=blob:none'] },
    { name: 'with the old protocol', options: ['-c', 'protocol.version=0'] },
  ])('clones $name', async ({ options }) => {
    const { ok, text } = await clone('token-a', 'group/app', ...options);
    expect({ ok, text }).toMatchObject({ ok: true });
  });

  it('pushes, and the API sees it at once', async () => {
    const { directory } = await clone('token-a');
    await commit(directory, 'agent/APP-1');
    const pushed = await git('token-a', directory, 'push', '--quiet', 'origin', 'agent/APP-1');
    expect(pushed).toMatchObject({ ok: true });
    const head = (await git(undefined, directory, 'rev-parse', 'HEAD')).text.trim();
    const branch = await clientOf(sandbox).findBranch(sandbox.project('group/app').id, 'agent/APP-1');
    expect(branch?.sha).toBe(head);
    expect((await sandbox.log('group/app', 'agent/APP-1'))[0]).toMatchObject({ sha: head, subject: 'Say something' });
  });

  it('pushes a change of many megabytes', async () => {
    const { directory } = await clone('token-a');
    await commit(directory, 'big', Array.from({ length: 400_000 }, () => Math.random().toString(36)).join('\n'));
    expect(await git('token-a', directory, 'push', '--quiet', 'origin', 'big')).toMatchObject({ ok: true });
  });

  it.each([
    {
      name: 'no token',
      token: undefined,
      says: /could not read Username|Authentication failed|terminal prompts disabled/,
    },
    { name: 'an unknown token', token: 'nope', says: /Authentication failed|Access denied/ },
    { name: 'the token of another team', token: 'token-b', says: /not found|could not be found/ },
    { name: 'the token of a stranger', token: 'token-stranger', says: /not found|could not be found/ },
    { name: 'the token of a guest', token: 'token-guest', says: /not found|could not be found/ },
  ])('refuses to clone with $name', async ({ token, says }) => {
    const { ok, text } = await clone(token);
    expect(ok).toBe(false);
    expect(text).toMatch(says);
  });

  it.each([
    { name: 'a protected branch', token: 'token-a', branch: 'main', says: /protected branches/ },
    { name: 'a token that only reads', token: 'reads', branch: 'x', says: /403/ },
    { name: 'the token of another team', token: 'token-b', branch: 'x', says: /not found|could not be found/ },
  ])('refuses to push: $name', async ({ token, branch, says }) => {
    if (token === 'reads') sandbox.addToken('ada', { value: 'reads', scopes: ['read_repository', 'read_api'] });
    const { directory } = await clone('token-a');
    await commit(directory, branch);
    const before = sandbox.project('group/app').repository.branches.get(branch);
    const pushed = await git(token, directory, 'push', 'origin', branch);
    expect(pushed.ok).toBe(false);
    expect(pushed.text).toMatch(says);
    expect(sandbox.project('group/app').repository.branches.get(branch)).toBe(before);
  });

  it('lets a maintainer push to a protected branch', async () => {
    const { directory } = await clone('token-mia', 'group/sub/ops');
    await commit(directory, 'main');
    expect(await git('token-mia', directory, 'push', '--quiet', 'origin', 'main')).toMatchObject({ ok: true });
  });

  it('refuses one that would overwrite what was pushed meanwhile', async () => {
    await sandbox.as('ada').push('group/app', { branch: 'race', files: { race: '1' } });
    const { directory } = await clone('token-a');
    await git(undefined, directory, 'switch', '--quiet', 'race');
    await sandbox.as('ada').push('group/app', { branch: 'race', files: { race: '2' } });
    await commit(directory, 'race');
    expect((await git('token-a', directory, 'push', 'origin', 'race')).text).toMatch(/rejected/);
  });

  it('counts what git asks for and fails on demand', async () => {
    sandbox.requests.clear();
    await clone('token-a');
    expect(sandbox.requests.count('info/refs git-upload-pack')).toBe(1);
    expect(sandbox.requests.count('git-upload-pack')).toBeGreaterThan(0);
    sandbox.failNext({ match: 'info/refs', status: 503 });
    expect((await clone('token-a')).text).toContain('503');
    sandbox.addFault({ kind: 'drop', match: 'git-upload-pack', times: 1 });
    expect((await clone('token-a')).ok).toBe(false);
    expect((await clone('token-a')).ok).toBe(true);
  });

  it('keeps a push whose answer was lost', async () => {
    const { directory } = await clone('token-a');
    await commit(directory, 'unheard');
    sandbox.addFault({ kind: 'drop', match: 'POST /group/app.git/git-receive-pack', when: 'after' });
    expect((await git('token-a', directory, 'push', 'origin', 'unheard')).ok).toBe(false);
    await expect.poll(() => sandbox.project('group/app').repository.branches.has('unheard')).toBe(true);
    expect(await git('token-a', directory, 'push', 'origin', 'unheard')).toMatchObject({ ok: true });
  });

  it('serves an empty project, a public one without a token, and eight pushes at once', async () => {
    await sandbox.addProject({ path: 'group/empty', members: { project_1_bot_aa: 30 } });
    await sandbox.addProject({ path: 'group/open', visibility: 'public', files: { a: 'a' } });
    expect((await clone('token-a', 'group/empty')).ok).toBe(true);
    expect((await clone(undefined, 'group/open')).ok).toBe(true);
    const names = Array.from({ length: 8 }, (_, index) => `many-${index}`);
    const pushed = await Promise.all(
      names.map(async (name) => {
        const { directory } = await clone('token-a');
        await commit(directory, name);
        return git('token-a', directory, 'push', '--quiet', 'origin', name);
      }),
    );
    expect(pushed.every(({ ok }) => ok)).toBe(true);
    const { branches } = sandbox.project('group/app').repository;
    expect(names.filter((name) => !branches.has(name))).toEqual([]);
  });
});
