import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Secret } from '../../shared/kernel/secret.ts';
import { createImpatientClock } from '../../test/doubles/impatient-clock.ts';
import { type GitHttpServer, startGitHttp } from '../../test/git-http.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { checkoutWorkBranch } from './checkout-work-branch.ts';
import { cloneRepository } from './clone-repository.ts';
import { commitChanges } from './commit-changes.ts';
import { fetchCommit } from './fetch-commits.ts';
import type { Git } from './git.ts';
import { listChanges } from './list-changes.ts';
import { listRemoteRefs } from './list-remote-refs.ts';
import { pushBranch } from './push-branch.ts';
import { rebaseOntoRemote } from './rebase-onto-remote.ts';
import { runGit } from './run-git.ts';

const CANARY = 'glpat-canary+secret/value';
const signal = new AbortController().signal;
const author = { name: 'cmap', email: 'cmap@example.com' };

let remote: RemoteRepository;
let server: GitHttpServer;
beforeEach(async () => {
  remote = makeRemoteRepository();
  server = await startGitHttp({ root: remote.directory, tokens: { [CANARY]: 'write', 'read-only': 'read' } });
});
afterEach(async () => {
  await server.close();
  remote.remove();
});

function clone(token: string | undefined, overrides: Partial<Git> = {}, repo = 'group/app.git') {
  return cloneRepository(
    makeGit(remote.directory, overrides),
    {
      remote: { cloneUrl: `${server.url}/${repo}`, credential: token === undefined ? undefined : new Secret(token) },
      gitDir: path.join(remote.directory, 'clone', 'git'),
      workTree: path.join(remote.directory, 'clone', 'tree'),
      branch: 'main',
    },
    signal,
  );
}

const impatientClock = createImpatientClock(500, 1000, 1500, 4000);

async function cloneCommitAndPush(token: string) {
  const repository = await cloneCommit(token);
  await pushBranch(repository, 'agent/PROJ-1', signal);
  return repository;
}

async function cloneCommit(token: string) {
  const repository = await clone(token);
  await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
  writeFileSync(path.join(repository.workTree, 'a.txt'), 'a\n');
  const { changes } = await listChanges(repository, signal);
  await commitChanges(
    repository,
    { subject: 'PROJ-1: a', body: '', trailers: { 'Cmap-Run': 'r' }, changes, author },
    signal,
  );
  return repository;
}

describe('the token', () => {
  it('reaches GitLab, and is in no argument of any process and in no file', async () => {
    const commandLines = watchCommandLines();
    // A look that comes late finds git still at work.
    server.hold(commandLines.find('remote-http'));
    await cloneCommitAndPush(CANARY);
    const seen = commandLines.stop();

    expect(remote.log('agent/PROJ-1')).toEqual(['PROJ-1: a', 'First commit']);
    expect(
      server.requests.some(
        ({ authorization }) => authorization === `Basic ${Buffer.from(`oauth2:${CANARY}`).toString('base64')}`,
      ),
    ).toBe(true);
    // The watch has seen git at work; otherwise the next line would prove nothing.
    expect(seen.some((line) => line.includes('git-remote-http') || line.includes('remote-http'))).toBe(true);
    expect(seen.filter((line) => line.includes(CANARY) || line.includes(encodeURIComponent(CANARY)))).toEqual([]);
    expect(filesContaining(path.join(remote.directory, 'clone'), CANARY)).toEqual([]);
  });

  it('is given to its own host only', async () => {
    const elsewhere = await startGitHttp({ root: remote.directory, tokens: { other: 'write' } });
    try {
      const credential = new Secret(CANARY);
      const git = makeGit(remote.directory);
      const remoteHere = { cloneUrl: `${server.url}/group/app.git`, credential };
      await expect(
        runGit(git, ['ls-remote', '--', `${elsewhere.url}/group/app.git`], { remote: remoteHere }, signal),
      ).rejects.toMatchObject({ code: 'git-failed' });
      expect(elsewhere.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
    } finally {
      await elsewhere.close();
    }
  });

  it('is masked when a server echoes it', async () => {
    const git = makeGit(remote.directory);
    const options = { remote: { cloneUrl: `${server.url}/group/app.git`, credential: new Secret('app.git') } };
    const failure = await runGit(git, ['ls-remote', '--', `${server.url}/group/app.git`], options, signal).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toContain('[secret]');
    expect(String(failure)).not.toContain('app.git');
  });
});

describe('what GitLab answers decides the error', () => {
  it.each([
    { name: 'a wrong token', token: 'wrong', code: 'gitlab-unauthorized' },
    { name: 'no token', token: undefined, code: 'gitlab-unauthorized' },
  ])('$name', async ({ token, code }) => {
    await expect(clone(token)).rejects.toMatchObject({ code });
  });

  it.each([
    { status: 403, code: 'gitlab-forbidden' },
    { status: 404, code: 'gitlab-not-found' },
  ])('$status is final at once', async ({ status, code }) => {
    server.fail(status, 100);
    await expect(clone(CANARY)).rejects.toMatchObject({ code });
  });

  it('503 is tried three times', async () => {
    server.fail(503, 100);
    await expect(clone(CANARY, { clock: impatientClock })).rejects.toMatchObject({ code: 'gitlab-unavailable' });
    const asked = server.requests.filter(({ line }) => line.includes('git-upload-pack'));
    expect(asked.length).toBe(9);
  });

  it('a failure that passes is not seen by anybody', async () => {
    // The clone, the look at the refs, and the probe each meet the fault once.
    server.fail(503, 3);
    const repository = await clone(CANARY, { clock: impatientClock });
    expect((await listChanges(repository, signal)).pathsBefore).toContain('README.md');
  });

  it('a token that may only read cannot push', async () => {
    await expect(cloneCommitAndPush('read-only')).rejects.toMatchObject({ code: 'push-rejected' });
  });

  it.each([500, 502])('%s in the middle of a push is no refusal, and the push is made again', async (status) => {
    const repository = await cloneCommit(CANARY);
    server.fail(status, 1);
    await expect(pushBranch(repository, 'agent/PROJ-1', signal)).rejects.toMatchObject({ code: 'git-transfer-broken' });
    expect(await pushBranch(repository, 'agent/PROJ-1', signal)).toMatchObject({ kind: 'pushed' });
  });

  it.each([500, 502])('%s while the refs are read is no final failure', async (status) => {
    const repository = await clone(CANARY);
    server.fail(status, 1);
    const reading = listRemoteRefs(repository.git, repository.remote, [], signal);
    await expect(reading).rejects.toMatchObject({ code: 'git-transfer-broken' });
  });

  it('502 in the middle of a fetch does not make a branch look deleted', async () => {
    const repository = await clone(CANARY, { clock: impatientClock });
    server.fail(502, 1);
    expect(await fetchCommit(repository, 'refs/heads/main', {}, signal)).toBe(remote.sha('main'));
  });

  it('a branch whose commits are not sent does not look deleted, and one that is not there does', async () => {
    const repository = await clone(CANARY, { clock: impatientClock });
    const head = remote.push('feature', { 'src/sum.js': 'changed\n' });
    rmSync(path.join(remote.bare, 'objects', head.slice(0, 2), head.slice(2)));
    const fetching = (ref: string) => fetchCommit(repository, ref, {}, signal);
    await expect(fetching('refs/heads/feature')).rejects.toMatchObject({ code: 'commits-not-sent' });
    await expect(fetching(head)).rejects.toMatchObject({ code: 'commits-not-sent' });
    await expect(fetching('refs/heads/nothing')).rejects.toMatchObject({ code: 'branch-gone' });
  });

  it('a push that arrived although the answer was lost counts as pushed', async () => {
    const repository = await cloneCommitAndPush(CANARY);
    const sha = remote.sha('agent/PROJ-1');
    await runGit(repository.git, ['update-ref', '-d', 'refs/cmap/remote'], { gitDir: repository.gitDir }, signal);
    server.fail(500, 1);
    expect(await pushBranch(repository, 'agent/PROJ-1', signal)).toEqual({ kind: 'pushed', sha });
  });
});

describe('a server that does not answer', () => {
  it('ends with git-timed-out and leaves no process', async () => {
    server.fail('hang', 10);
    const git = makeGit(remote.directory);
    const options = {
      remote: { cloneUrl: `${server.url}/group/app.git`, credential: new Secret(CANARY) },
      timeoutMs: 300,
    };
    await expect(
      runGit(git, ['ls-remote', '--', `${server.url}/group/app.git`], options, signal),
    ).rejects.toMatchObject({ code: 'git-timed-out' });
    await expect.poll(() => commandLines().filter((line) => line.includes(server.url))).toEqual([]);
  });

  it('ends with the reason of the abort', async () => {
    server.fail('hang', 10);
    const abort = new AbortController();
    const reason = new Error('claim lost');
    const git = makeGit(remote.directory);
    const running = runGit(git, ['ls-remote', '--', `${server.url}/group/app.git`], {}, abort.signal);
    await expect.poll(() => server.requests.length).toBeGreaterThan(0);
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});

it('uses only the transports it was allowed', async () => {
  await expect(clone(CANARY, { allowedProtocols: ['https'], clock: impatientClock })).rejects.toMatchObject({
    code: 'clone-failed',
  });
  // Only the probe asked, which brings the token at once; git would have begun without.
  expect(server.requests.filter(({ authorization }) => authorization === undefined)).toEqual([]);
});

/** Collects the command lines of all processes of this machine until stopped. */
function watchCommandLines() {
  const seen = new Set<string>();
  const timer = setInterval(() => commandLines().forEach((line) => void seen.add(line)), 2);
  return {
    find: (part: string) => expect.poll(() => [...seen].some((line) => line.includes(part))).toBe(true),
    stop(): string[] {
      clearInterval(timer);
      return [...seen];
    },
  };
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line !== '');
}

function filesContaining(directory: string, text: string): string[] {
  const forms = [text, encodeURIComponent(text), Buffer.from(`oauth2:${text}`).toString('base64')];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => forms.some((form) => readFileSync(file).includes(form)));
}

describe('a project that was renamed', () => {
  const restart = async (moved: Record<string, string>) => {
    await server.close();
    server = await startGitHttp({ root: remote.directory, tokens: { [CANARY]: 'write' }, moved });
  };

  it('is followed on the same host, by the clone and by everything after it', async () => {
    await restart({ '/group/old.git': '/group/app.git' });
    const repository = await clone(CANARY, {}, 'group/old.git');
    expect(repository.remote.cloneUrl).toBe(`${server.url}/group/app.git`);
    await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
    writeFileSync(path.join(repository.workTree, 'a.txt'), 'a\n');
    const { changes } = await listChanges(repository, signal);
    await commitChanges(repository, { changes, subject: 's', body: '', trailers: {}, author }, signal);
    expect(await pushBranch(repository, 'agent/PROJ-1', signal)).toMatchObject({ kind: 'pushed' });
  });

  it('is followed when it was renamed after the clone, by each of fetch, rebase and push', async () => {
    const repository = await clone(CANARY);
    await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
    writeFileSync(path.join(repository.workTree, 'a.txt'), 'a\n');
    const { changes } = await listChanges(repository, signal);
    await commitChanges(repository, { changes, subject: 's', body: '', trailers: {}, author }, signal);
    await restart({ '/group/old.git': '/group/app.git' });
    const old = { ...repository.remote, cloneUrl: `${server.url}/group/old.git` };
    for (const work of [
      () => fetchCommit(repository, 'refs/heads/main', {}, signal),
      () => rebaseOntoRemote(repository, 'agent/PROJ-1', signal),
      () => pushBranch(repository, 'agent/PROJ-1', signal),
    ]) {
      repository.remote = old;
      await work();
      expect(repository.remote.cloneUrl).toBe(`${server.url}/group/app.git`);
    }
    expect(remote.sha('agent/PROJ-1')).toMatch(/^[0-9a-f]{40}$/);
  });

  it('is followed to no other host, which never sees the token', async () => {
    const other = await startGitHttp({ root: remote.directory });
    try {
      await restart({ '/group/old.git': `${other.url}/group/app.git` });
      await expect(clone(CANARY, {}, 'group/old.git')).rejects.toMatchObject({ code: 'gitlab-not-found' });
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
