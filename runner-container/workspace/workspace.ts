import { chmod, lchown, lstat, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../shared/kernel/clock.ts';
import { hasCode } from '../../shared/kernel/has-code.ts';
import { parseJson } from '../../shared/kernel/parse-json.ts';
import { removeTree } from '../agent/remove-tree.ts';
import { SESSION_PREFIX } from '../agent/session-home.ts';
import type { Removals } from './removals.ts';

/** The directories of one run. Only `tree` and `scratch` may be written by the agent. */
export interface Workspace {
  root: string;
  /** Where the git directory goes; inside a directory for the runner alone. Made by the clone. */
  gitDir: string;
  /** An empty home for git; for the runner alone. */
  home: string;
  /** The checkout the agent works in. */
  tree: string;
  /** Files the agent may read: issue text, long diffs. */
  context: string;
  /** Temporary files of the agent. */
  scratch: string;
  /** The files of one commit, for `validate`. */
  validation: string;
}

/** The user the agent runs as, where it is not the runner's own. */
export interface Owner {
  uid: number;
  gid: number;
}

export interface WorkspaceDeps {
  /** Absolute directory that holds the workspaces of this machine. */
  root: string;
  clock: Clock;
  /** Pid of this runner, so that its workspaces are not taken for left over. */
  pid: number;
}

const PREFIX = 'run-';
const HOLDER_FILE = 'holder.json';
const Holder = z.object({ pid: z.int().positive(), startedAt: z.number() });

/**
 * Lends `work` the directories of one run and has them removed in every case, also those made read-only. No person
 * waits for that: a large tree takes its time, so it goes on while the run is settled and the next one begins.
 * `releaseWorkspace` begins it earlier, for work that goes on without them.
 */
export async function withWorkspace<T>(
  deps: WorkspaceDeps & { removals: Pick<Removals, 'begin' | 'makeRoom'> },
  work: (workspace: Workspace, releaseWorkspace: () => void) => Promise<T>,
): Promise<T> {
  await mkdir(deps.root, { recursive: true });
  await deps.removals.makeRoom(deps.root);
  const root = await mkdtemp(path.join(deps.root, PREFIX));
  try {
    return await work(await furnish(root, deps), () => deps.removals.begin(root));
  } finally {
    // Also after an earlier begin: a program that died late may have written once more.
    deps.removals.begin(root);
    await closeToAgents(root);
  }
}

/**
 * Removes workspaces and sessions older than `olderThanMs` whose runner is no longer alive, and resolves with how many.
 * Called at start, before this runner has any: a runner that was killed could not clean up.
 */
export async function removeStaleWorkspaces(
  { root, clock, pid }: WorkspaceDeps,
  { olderThanMs }: { olderThanMs: number },
): Promise<number> {
  const names = await readdir(root).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  let removed = 0;
  for (const name of names.filter((candidate) =>
    [PREFIX, SESSION_PREFIX].some((prefix) => candidate.startsWith(prefix)),
  )) {
    const directory = path.join(root, name);
    if (!(await isStale(directory, { olderThan: clock.now() - olderThanMs, ownPid: pid }))) continue;
    await removeTree(directory);
    removed += 1;
  }
  return removed;
}

/** The next agent may have the user of this one, and begins while this workspace is removed. */
async function closeToAgents(root: string): Promise<void> {
  await chmod(root, 0o700).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error; // It is gone already.
  });
}

/** Leaves nothing in a directory of a workspace. */
export async function emptyDirectory(directory: string): Promise<void> {
  await removeTree(directory);
  await mkdir(directory, { mode: 0o700 });
}

/** Gives a directory and all it contains to the agent's user, links themselves rather than what they point to. */
export async function assignTo({ uid, gid }: Owner, directory: string): Promise<void> {
  await lchown(directory, uid, gid);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const child = path.join(directory, entry.name);
    if (entry.isDirectory()) await assignTo({ uid, gid }, child);
    else await lchown(child, uid, gid);
  }
}

async function furnish(root: string, { clock, pid }: WorkspaceDeps): Promise<Workspace> {
  // The agent passes through the root but cannot list it.
  await chmod(root, 0o711);
  await writeFile(path.join(root, HOLDER_FILE), JSON.stringify({ pid, startedAt: clock.now() }), { mode: 0o600 });
  const make = async (name: string, mode: number) => {
    const directory = path.join(root, name);
    await mkdir(directory);
    await chmod(directory, mode);
    return directory;
  };
  const own = await make('runner', 0o700);
  return {
    root,
    gitDir: path.join(own, 'git'),
    home: await make('runner/home', 0o700),
    // Closed until they are given to one agent: the agents of runs beside this one can find out where they are.
    tree: await make('tree', 0o700),
    context: await make('context', 0o700),
    scratch: await make('scratch', 0o700),
    validation: await make('validation', 0o700),
  };
}

async function isStale(
  directory: string,
  { olderThan, ownPid }: { olderThan: number; ownPid: number },
): Promise<boolean> {
  const text = await readFile(path.join(directory, HOLDER_FILE), 'utf8').catch(() => undefined);
  const holder = Holder.safeParse(text === undefined ? undefined : parseJson(text));
  // A session names no holder, nor does a workspace whose runner died while it furnished it: their age alone decides.
  if (!holder.success) return ((await findAge(directory)) ?? olderThan) < olderThan;
  // In a container every runner has the same pid, and this one holds nothing yet.
  return holder.data.startedAt < olderThan && (holder.data.pid === ownPid || !isAlive(holder.data.pid));
}

/** `undefined` when another runner has just removed it. */
async function findAge(directory: string): Promise<number | undefined> {
  try {
    return (await lstat(directory)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
