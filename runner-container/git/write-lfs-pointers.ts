import path from 'node:path';

import { createCommit, readAuthor } from './commit-changes.ts';
import type { Repository } from './git.ts';
import { resetWorkTree } from './reset-work-tree.ts';
import { resolveObject } from './resolve-commits.ts';
import { readGit, runInRepository } from './run-git.ts';
import { runLfs } from './run-lfs.ts';

/**
 * Makes HEAD the same commit with pointers in the place of these files, which are put into the store of git-lfs.
 * Resolves with their object ids, to be uploaded before the commit is pushed. Index and work tree are then what a clone
 * would have.
 */
export async function writeLfsPointers(
  repository: Repository,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const indexFile = path.join(repository.gitDir, 'lfs-index');
  await runInRepository(repository, ['read-tree', 'HEAD'], { indexFile }, signal);
  const oids: string[] = [];
  const entries: string[] = [];
  for (const { mode, sha, name } of await listEntries(repository, paths, indexFile, signal)) {
    const { stdout: bytes } = await runInRepository(repository, ['cat-file', 'blob', sha], {}, signal);
    const { stdout: pointer } = await runLfs(repository, ['clean', '--', name], { input: bytes }, signal);
    const blob = await readGit(repository, ['hash-object', '-w', '--stdin'], { input: pointer }, signal);
    const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(pointer.toString('utf8'))?.[1];
    if (oid) oids.push(oid);
    entries.push(`${mode} ${blob}\t${name}\0`);
  }
  const args = ['update-index', '-z', '--index-info'];
  await runInRepository(repository, args, { indexFile, input: entries.join('') }, signal);
  const tree = await readGit(repository, ['write-tree'], { indexFile }, signal);
  const parent = await resolveObject(repository, 'HEAD^{commit}^', signal);
  const message = `${await readGit(repository, ['log', '-1', '--format=%B', 'HEAD', '--'], {}, signal)}\n`;
  const author = await readAuthor(repository, 'HEAD', signal);
  await resetWorkTree(
    repository,
    { sha: await createCommit(repository, { tree, parents: [parent], message, author }, signal) },
    signal,
  );
  return oids;
}

interface Entry {
  mode: string;
  sha: string;
  name: string;
}

/** https://git-scm.com/docs/git-ls-files, `--stage`: mode, object, stage, tab, name; ended by NUL. */
async function listEntries(
  repository: Repository,
  paths: readonly string[],
  indexFile: string,
  signal: AbortSignal,
): Promise<Entry[]> {
  const wanted = new Set(paths);
  const { stdout } = await runInRepository(repository, ['ls-files', '--stage', '-z'], { indexFile }, signal);
  return stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line) => {
      const [, mode, sha, name] = /^(\d{6}) ([0-9a-f]+) 0\t([\s\S]+)$/.exec(line) ?? [];
      return mode && sha && name && mode.startsWith('100') && wanted.has(name) ? [{ mode, sha, name }] : [];
    });
}
