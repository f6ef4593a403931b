import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runGit } from './run-git.ts';

export interface Worktree {
  git(...args: string[]): Promise<string>;
}

/** Lends a working tree of a bare repository at a commit, with the environment of a person, and takes it away again. */
export async function withWorktree<T>(
  { directory, at, env }: { directory: string; at: string; env: Record<string, string> },
  work: (worktree: Worktree) => Promise<T>,
): Promise<T> {
  const workspace = await mkdtemp(path.join(tmpdir(), 'sandbox-merge-'));
  const tree = path.join(workspace, 'tree');
  try {
    await runGit({ args: ['worktree', 'add', '--quiet', '--detach', tree, at], directory });
    return await work({
      git: async (...args) => (await runGit({ args, directory: tree, env })).toString().trim(),
    });
  } finally {
    await rm(workspace, { recursive: true, force: true });
    await runGit({ args: ['worktree', 'prune'], directory });
  }
}
