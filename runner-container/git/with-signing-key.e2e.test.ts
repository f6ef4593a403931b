import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../shared/kernel/secret.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../test/git-repositories.ts';
import { checkoutWorkBranch } from './checkout-work-branch.ts';
import { cloneRepository } from './clone-repository.ts';
import { commitChanges } from './commit-changes.ts';
import { listChanges } from './list-changes.ts';
import { pushBranch } from './push-branch.ts';
import { rebaseOntoRemote } from './rebase-onto-remote.ts';
import { assertSigningKey, withSigningKey } from './with-signing-key.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-12';
const author = { name: 'cmap', email: 'cmap@example.com' };

const remotes: RemoteRepository[] = [];
afterEach(() => {
  for (const remote of remotes.splice(0)) remote.remove();
});

function aRemote(): RemoteRepository {
  const remote = makeRemoteRepository();
  remotes.push(remote);
  return remote;
}

/** A real key, as ssh-keygen makes it, and the file by which git knows whose it is. */
function aKey({ directory }: RemoteRepository, passphrase = '') {
  const file = path.join(directory, `key-${readdirSync(directory).length}`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'cmap', '-f', file]);
  const signers = `${file}.signers`;
  writeFileSync(signers, `${author.email} ${readFileSync(`${file}.pub`, 'utf8')}`);
  return { text: readFileSync(file, 'utf8'), signers };
}

const verify = ({ bare }: RemoteRepository, signers: string, sha: string) =>
  git(bare, '-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', sha);

async function open(remote: RemoteRepository, signingKey: Secret) {
  const gitDir = path.join(remote.directory, 'clone', 'git');
  const workTree = path.join(remote.directory, 'clone', 'tree');
  const known = makeGit(remote.directory, { signingKey });
  const repository = await cloneRepository(known, { remote: remote.remote, gitDir, workTree, branch: 'main' }, signal);
  await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  writeFileSync(path.join(workTree, 'new.txt'), 'new\n');
  const { changes } = await listChanges(repository, signal);
  const message = { subject: 'Say hello', body: '', trailers: { 'Cmap-Run': 'run-1' } };
  await commitChanges(repository, { ...message, changes, author }, signal);
  return repository;
}

describe('a commit with a key', () => {
  it.each([
    { name: 'as it is', form: (text: string) => text },
    { name: 'of a Windows file', form: (text: string) => text.trim().replaceAll('\n', '\r\n') },
    { name: 'as one line of base64', form: (text: string) => Buffer.from(text).toString('base64') },
  ])('is signed so that ssh-keygen verifies it, by a key $name, and no file of it is left', async ({ form }) => {
    const remote = aRemote();
    const { text, signers } = aKey(remote);
    const repository = await open(remote, new Secret(form(text)));
    const { sha } = await pushBranch(repository, BRANCH, signal);
    expect(() => verify(remote, signers, sha)).not.toThrow();
    expect(() => verify(remote, aKey(remote).signers, sha)).toThrow();
    expect(readdirSync(repository.git.homeDirectory)).toEqual([]);
  });

  it('is signed anew when it is put on top of what people pushed', async () => {
    const remote = aRemote();
    const { text, signers } = aKey(remote);
    const repository = await open(remote, new Secret(text));
    const before = git(repository.gitDir, 'rev-parse', 'HEAD').trim();
    remote.push(BRANCH, { 'theirs.txt': 'theirs\n' });
    expect(await rebaseOntoRemote(repository, BRANCH, signal)).toMatchObject({ kind: 'rebased' });
    const { sha } = await pushBranch(repository, BRANCH, signal);
    expect(sha).not.toBe(before);
    expect(() => verify(remote, signers, sha)).not.toThrow();
  });

  it('lends the key in a file that only the runner reads, and removes it also after a failure', async () => {
    const known = makeGit(aRemote().directory);
    const failing = withSigningKey(known, new Secret('PRIVATE KEY'), async (file) => {
      expect(path.dirname(file)).toBe(known.homeDirectory);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      throw new Error('ended');
    });
    await expect(failing).rejects.toThrow('ended');
    expect(readdirSync(known.homeDirectory)).toEqual([]);
  });
});

describe('a key that cannot sign', () => {
  it('is told from one that can', async () => {
    const remote = aRemote();
    await expect(assertSigningKey(makeGit(remote.directory), new Secret(aKey(remote).text), signal)).resolves.toBe(
      undefined,
    );
  });

  it.each([
    { name: 'with a passphrase', make: (remote: RemoteRepository) => aKey(remote, 'letmein').text },
    { name: 'that is a public one', make: () => 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPUBLICPUBLICPUBLIC cmap' },
    { name: 'that is cut', make: (remote: RemoteRepository) => aKey(remote).text.slice(0, 150) },
    { name: 'that is a word', make: () => 'correct-horse-battery' },
  ])('is refused before anything is cloned, and nothing of it is told: $name', async ({ make }) => {
    const remote = aRemote();
    const known = makeGit(remote.directory);
    const value = make(remote);
    const error = await assertSigningKey(known, new Secret(value), signal).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'signing-key-unusable',
      detail: 'It is no private SSH key without a passphrase.',
    });
    expect(JSON.stringify(error)).not.toContain(value.slice(10, 30));
    expect(readdirSync(known.homeDirectory)).toEqual([]);
  });

  it('says that the image has no ssh-keygen', async () => {
    const known = makeGit(aRemote().directory, { environment: { PATH: '/nowhere' } });
    await expect(assertSigningKey(known, new Secret('PRIVATE KEY'), signal)).rejects.toMatchObject({
      code: 'signing-key-unusable',
      detail: 'ssh-keygen is not in the runner image',
    });
  });
});
