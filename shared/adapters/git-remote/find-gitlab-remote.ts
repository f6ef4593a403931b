import fs from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import git from 'isomorphic-git';

import { parseRemoteUrl, type RemoteUrl } from './parse-remote-url.ts';

export interface GitLabRemote {
  /** The top folder of the clone. */
  root: string;
  remoteName: string;
  remote: RemoteUrl;
  /** The branch the remote calls its default, when the clone knows it. */
  defaultBranch?: string;
}

export interface FindGitLabRemoteOptions {
  /** Any folder inside the clone. */
  directory: string;
  /** The configured GitLab; a remote on its host comes first. */
  gitlabUrl?: string | undefined;
}

/**
 * Finds the GitLab repository a folder belongs to, walking up to the clone's top folder. Reads files only: no git
 * binary, no network. `undefined` outside a clone, and where no remote may be GitLab.
 */
export async function findGitLabRemote({
  directory,
  gitlabUrl,
}: FindGitLabRemoteOptions): Promise<GitLabRemote | undefined> {
  const root = await findRoot(directory);
  if (root === undefined) return undefined;

  const gitdir = await findGitDirectory(root);
  const remotes = (await listRemotes(root, gitdir, gitlabUrl)).filter(({ remote }) => isPossible(remote));
  const [best] = remotes.sort((one, other) => rank(one, gitlabUrl) - rank(other, gitlabUrl));
  if (!best) return undefined;

  const defaultBranch = await findDefaultBranch(root, gitdir, best.remoteName);
  return { root, ...best, ...(defaultBranch === undefined ? {} : { defaultBranch }) };
}

/**
 * The remote of a clone that has none of GitLab: what to name to a person who expected one. `undefined` outside a clone
 * and without remotes.
 */
export async function findForeignRemote(directory: string): Promise<Omit<GitLabRemote, 'root'> | undefined> {
  const root = await findRoot(directory);
  const remotes = root === undefined ? [] : await listRemotes(root, await findGitDirectory(root));
  return remotes.find(({ remote }) => !isPossible(remote));
}

async function listRemotes(dir: string, gitdir: string, gitlabUrl?: string) {
  return (await git.listRemotes({ fs, dir, gitdir })).flatMap(({ remote: remoteName, url }) => {
    const remote = parseRemoteUrl(url, { gitlabUrl });
    return remote ? [{ remoteName, remote }] : [];
  });
}

async function findRoot(directory: string): Promise<string | undefined> {
  try {
    return await git.findRoot({ fs, filepath: path.resolve(directory) });
  } catch (error) {
    if (error instanceof git.Errors.NotFoundError) return undefined;
    throw error;
  }
}

/**
 * In a linked worktree and in a submodule `.git` is a file that names the real folder; a worktree shares the main
 * clone's settings.
 */
async function findGitDirectory(root: string): Promise<string> {
  const dotGit = path.join(root, '.git');
  if ((await stat(dotGit)).isDirectory()) return dotGit;
  const target = /^gitdir: (.+)$/m.exec(await readFile(dotGit, 'utf8'))?.[1] ?? '';
  const own = path.resolve(root, target);
  const common = path.join(own, 'commondir');
  return fs.existsSync(common) ? path.resolve(own, (await readFile(common, 'utf8')).trim()) : own;
}

function isPossible({ platform }: RemoteUrl): boolean {
  return platform === 'gitlab' || platform === 'unknown';
}

/** The configured GitLab first, then hosts named gitlab, then `origin`. */
function rank(
  { remoteName, remote }: { remoteName: string; remote: RemoteUrl },
  gitlabUrl: string | undefined,
): number {
  const isConfigured =
    gitlabUrl !== undefined && URL.canParse(gitlabUrl) && new URL(gitlabUrl).hostname === remote.host;
  return (isConfigured ? 0 : 4) + (remote.platform === 'gitlab' ? 0 : 2) + (remoteName === 'origin' ? 0 : 1);
}

async function findDefaultBranch(dir: string, gitdir: string, remoteName: string): Promise<string | undefined> {
  try {
    const ref = await git.resolveRef({ fs, dir, gitdir, ref: `refs/remotes/${remoteName}/HEAD`, depth: 2 });
    return ref.startsWith(`refs/remotes/${remoteName}/`) ? ref.slice(`refs/remotes/${remoteName}/`.length) : undefined;
  } catch (error) {
    if (error instanceof git.Errors.NotFoundError) return undefined;
    throw error;
  }
}
