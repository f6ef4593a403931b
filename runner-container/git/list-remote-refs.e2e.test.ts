import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type SandboxGitLab, startSandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { startGitHttp } from '../../test/git-http.ts';
import { makeRemoteRepository } from '../../test/git-repositories.ts';
import { listRemoteRefs } from './list-remote-refs.ts';

const TOKEN = 'glpat-0123456789abcdef';
const never = new AbortController().signal;
let gitlab: SandboxGitLab;
let homeDirectory: string;

beforeAll(async () => {
  homeDirectory = await mkdtemp(path.join(tmpdir(), 'cmap-refs-'));
  gitlab = await startSandboxGitLab({
    users: [{ username: 'bot', bot: true, tokens: [TOKEN] }],
    projects: [
      { path: 'group/full', members: { bot: 30 }, files: { 'a.txt': 'a\n' } },
      { path: 'group/empty', members: { bot: 30 } },
    ],
  });
});
afterAll(async () => {
  await gitlab.close();
  await rm(homeDirectory, { recursive: true });
});
beforeEach(() => gitlab.clearFaults());

function list(repo: string, refs: string[]) {
  return listAt(gitlab.cloneUrl(repo), refs);
}

function listAt(cloneUrl: string, refs: string[]) {
  const environment = { PATH: process.env['PATH'] ?? '' };
  const git = { clock: systemClock, environment, homeDirectory, allowedProtocols: ['http'] };
  return listRemoteRefs(git, { cloneUrl, credential: new Secret(TOKEN) }, refs, never);
}

async function startGit() {
  const remote = makeRemoteRepository();
  const server = await startGitHttp({ root: path.join(remote.directory, 'group') });
  return {
    url: `${server.url}/app.git`,
    sha: remote.sha('main'),
    fail: server.fail,
    lines: () => server.requests.map(({ line }) => line),
    async [Symbol.asyncDispose]() {
      await server.close();
      remote.remove();
    },
  };
}

describe('what a remote has', () => {
  it('is listed by full name, and nothing else with it', async () => {
    const sha = gitlab.project('group/full').repository.branches.get('main');
    expect(await list('group/full', ['refs/heads/main', 'refs/heads/none'])).toEqual(
      new Map([['refs/heads/main', sha]]),
    );
  });

  it('costs one request where it is asked for by name, and git is asked where that is not answered', async () => {
    await using server = await startGit();
    expect(await listAt(server.url, ['refs/heads/main'])).toEqual(new Map([['refs/heads/main', server.sha]]));
    expect(server.lines()).toEqual(['POST /app.git/git-upload-pack']);

    server.fail(502, 1);
    expect(await listAt(server.url, ['refs/heads/main'])).toEqual(new Map([['refs/heads/main', server.sha]]));
    expect(server.lines().slice(1).length).toBeGreaterThan(1);
  });

  it('may be nothing: a branch that does not exist, a repository without a commit', async () => {
    expect(await list('group/full', ['refs/heads/none'])).toEqual(new Map());
    expect(await list('group/empty', [])).toEqual(new Map());
  });

  it.each([{ refs: [] }, { refs: ['refs/heads/main'] }])('is not read from a page of a proxy', async ({ refs }) => {
    gitlab.addFault({ kind: 'garbage', match: /\.git\//, times: Number.POSITIVE_INFINITY });
    await expect(list('group/full', refs)).rejects.toMatchObject({ code: 'gitlab-unavailable' });
  });
});
