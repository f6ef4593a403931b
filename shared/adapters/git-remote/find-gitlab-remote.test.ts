import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findGitLabRemote } from './find-gitlab-remote.ts';

let directory: string;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'cmap-remote-')));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function git(...args: string[]): void {
  const env = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
    cwd: directory,
    env,
    stdio: 'pipe',
  });
}

function aClone(remotes: Record<string, string>): void {
  git('init', '--quiet', '--initial-branch', 'main');
  for (const [name, url] of Object.entries(remotes)) git('remote', 'add', name, url);
}

describe('findGitLabRemote', () => {
  it('walks up from a folder deep inside the clone', async () => {
    aClone({ origin: 'git@gitlab.example.com:group/app.git' });
    const deep = path.join(directory, 'src', 'deep');
    mkdirSync(deep, { recursive: true });

    const found = await findGitLabRemote({ directory: deep });

    expect(found).toMatchObject({ root: directory, remoteName: 'origin', remote: { repo: 'group/app' } });
  });

  it.each([
    {
      name: 'the configured GitLab before origin',
      remotes: { origin: 'git@gitlab.com:fork/app.git', company: 'git@code.example.org:team/app.git' },
      gitlabUrl: 'https://code.example.org',
      repo: 'team/app',
    },
    {
      name: 'a host named gitlab before one that is unknown',
      remotes: { origin: 'git@code.example.org:team/app.git', upstream: 'git@gitlab.example.com:group/app.git' },
      repo: 'group/app',
    },
    {
      name: 'origin before others on the same host',
      remotes: { fork: 'git@gitlab.example.com:me/app.git', origin: 'git@gitlab.example.com:group/app.git' },
      repo: 'group/app',
    },
    {
      name: 'a custom domain when there is nothing better',
      remotes: { origin: 'git@github.com:owner/app.git', company: 'git@code.example.org:team/app.git' },
      repo: 'team/app',
    },
  ])('takes $name', async ({ remotes, gitlabUrl, repo }) => {
    aClone(remotes);

    expect((await findGitLabRemote({ directory, gitlabUrl }))?.remote.repo).toBe(repo);
  });

  it.each([
    { name: 'no remote', remotes: {} },
    { name: 'only a GitHub remote', remotes: { origin: 'git@github.com:owner/app.git' } },
    { name: 'only a local remote', remotes: { origin: '/srv/git/app.git' } },
  ])('finds nothing with $name', async ({ remotes }) => {
    aClone(remotes);

    expect(await findGitLabRemote({ directory })).toBeUndefined();
  });

  it('finds nothing outside a clone', async () => {
    expect(await findGitLabRemote({ directory })).toBeUndefined();
  });

  it('knows the default branch of the remote', async () => {
    aClone({ origin: 'git@gitlab.example.com:group/app.git' });
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/release/2.x');

    expect((await findGitLabRemote({ directory }))?.defaultBranch).toBe('release/2.x');
  });

  it('works in a linked worktree', async () => {
    aClone({ origin: 'git@gitlab.example.com:group/app.git' });
    git('commit', '--quiet', '--allow-empty', '--message', 'first');
    git('worktree', 'add', '--quiet', path.join(directory, 'linked'));

    const found = await findGitLabRemote({ directory: path.join(directory, 'linked') });

    expect(found).toMatchObject({ root: path.join(directory, 'linked'), remote: { repo: 'group/app' } });
  });
});
