import path from 'node:path';
import { createCommit, readAuthor } from './commit-changes.ts';
import type { Repository } from './git.ts';
import { readGit, runInRepository } from './run-git.ts';

/** What of a commit is to be another way. */
export interface Rewrite {
  /** Paths that are as they were before it. */
  leaveOut: ReadonlySet<string>;
  /** By path, other content than the commit gives it. */
  replace: ReadonlyMap<string, string>;
}

/**
 * The commit with some of its files as before, or with other content; nothing points at it, and no work tree is read.
 */
export async function rewriteCommit(
  repository: Repository,
  { base, sha }: { base: string; sha: string },
  { leaveOut, replace }: Rewrite,
  signal: AbortSignal,
): Promise<string> {
  const indexFile = path.join(repository.gitDir, 'rewrite-index');
  await runInRepository(repository, ['read-tree', sha], { indexFile }, signal);
  const lines: string[] = [];
  for (const { name, before, after } of await listSides(repository, base, sha, signal)) {
    const content = replace.get(name);
    if (leaveOut.has(name)) lines.push(`${before.mode} ${before.oid}\t${name}\0`);
    else if (content !== undefined) {
      const blob = await readGit(repository, ['hash-object', '-w', '--stdin'], { input: content }, signal);
      lines.push(`${after.mode} ${blob}\t${name}\0`);
    }
  }
  const args = ['update-index', '-z', '--index-info'];
  await runInRepository(repository, args, { indexFile, input: lines.join('') }, signal);
  const tree = await readGit(repository, ['write-tree'], { indexFile }, signal);
  const message = `${await readGit(repository, ['log', '-1', '--format=%B', sha, '--'], {}, signal)}\n`;
  const author = await readAuthor(repository, sha, signal);
  return createCommit(repository, { tree, parents: [base], message, author }, signal);
}

interface Side {
  /** `0` for a path that is not there, as `update-index` takes it. */
  mode: string;
  oid: string;
}

/** https://git-scm.com/docs/git-diff-tree, "Raw output format", without renames: each path by itself. */
async function listSides(
  repository: Repository,
  base: string,
  sha: string,
  signal: AbortSignal,
): Promise<{ name: string; before: Side; after: Side }[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--end-of-options', base, sha, '--'];
  const { stdout } = await runInRepository(repository, args, {}, signal);
  const fields = stdout.toString('utf8').split('\0');
  const sides: { name: string; before: Side; after: Side }[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = '', mode = '', oldOid = '', oid = ''] = (fields[at] ?? '').replace(/^:/, '').split(' ');
    const side = (one: string, id: string): Side => ({ mode: one === '000000' ? '0' : one, oid: id });
    sides.push({ name: fields[at + 1] ?? '', before: side(oldMode, oldOid), after: side(mode, oid) });
  }
  return sides;
}
