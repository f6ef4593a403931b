import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { formatFastImport, type NewCommit } from './fast-import.ts';
import { runGit } from './run-git.ts';
import { UPDATE_HOOK } from './update-hook.ts';

/** A project's repository on disk, and what its branches point to. */
export interface BareRepository {
  readonly directory: string;
  /** Branch name -> commit; current as long as only the sandbox writes. */
  readonly branches: ReadonlyMap<string, string>;
  /** Reads the branches again; resolves what changed since the last time. */
  refresh(): Promise<BranchChange[]>;
  /**
   * Writes a commit and moves its branch; one that would lose commits is refused unless forced. Resolves the commit.
   */
  commit(commit: NewCommit, options?: { force: boolean }): Promise<string>;
  setBranch(name: string, sha: string | undefined): Promise<void>;
  git(args: string[], options?: { input?: string }): Promise<string>;
}

export interface BranchChange {
  branch: string;
  before?: string;
  after?: string;
}

/** Creates an empty bare repository whose HEAD is `defaultBranch`. */
export async function createBareRepository(directory: string, defaultBranch: string): Promise<BareRepository> {
  await mkdir(directory, { recursive: true });
  await runGit({ args: ['init', '--bare', '--quiet', '.'], directory });
  await runGit({ args: ['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`], directory });
  await writeFile(path.join(directory, 'config'), CONFIGURATION, { flag: 'a' });
  const hook = path.join(directory, 'hooks', 'update');
  await mkdir(path.dirname(hook), { recursive: true });
  await writeFile(hook, UPDATE_HOOK);
  await chmod(hook, 0o755);
  return openRepository(directory);
}

// Partial clones and fetching single commits work on GitLab too; housekeeping would only disturb timings.
const CONFIGURATION = `
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
[receive]
	autogc = false
	advertisePushOptions = true
[gc]
	auto = 0
`;

function openRepository(directory: string): BareRepository {
  let branches: ReadonlyMap<string, string> = new Map();
  const known = new LRUCache<string, string>({ max: 1000, maxSize: 16 * 1024 * 1024, sizeCalculation: sizeOf });

  async function git(args: string[], options: { input?: string } = {}): Promise<string> {
    const key = isAboutCommits(args) && options.input === undefined ? args.join('\0') : undefined;
    const before = key === undefined ? undefined : known.get(key);
    if (before !== undefined) return before;
    const answer = (await runGit({ args, directory, ...options })).toString().replace(/\n$/, '');
    if (key !== undefined) known.set(key, answer);
    return answer;
  }

  return {
    directory,
    get branches() {
      return branches;
    },
    git,

    async refresh() {
      const before = branches;
      const lines = await git(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads']);
      branches = new Map(
        lines
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]),
      );
      return compare(before, branches);
    },

    async commit(commit, { force } = { force: false }) {
      const args = ['fast-import', '--quiet', ...(force ? ['--force'] : []), '--date-format=raw'];
      await runGit({ args, directory, input: formatFastImport(commit) });
      return git(['rev-parse', `refs/heads/${commit.branch}`]);
    },

    async setBranch(name, sha) {
      await git(sha ? ['update-ref', `refs/heads/${name}`, sha] : ['update-ref', '-d', `refs/heads/${name}`]);
    },
  };
}

const READS = new Set(['log', 'diff', 'merge-base', 'rev-list']);

/** Whether commits are named by their ids alone: no later push changes the answer, and clients ask again and again. */
function isAboutCommits([command = '', ...args]: string[]): boolean {
  const words = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined);
  const names = words.filter((word) => !word.startsWith('-'));
  return (
    READS.has(command) && names.length > 0 && names.every((name) => /^[0-9a-f]{40}(\.\.[0-9a-f]{40})?$/.test(name))
  );
}

function sizeOf(answer: string): number {
  return answer.length + 1;
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): BranchChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((branch) => before.get(branch) !== after.get(branch))
    .map((branch) => {
      const [old, now] = [before.get(branch), after.get(branch)];
      return { branch, ...(old ? { before: old } : {}), ...(now ? { after: now } : {}) };
    });
}
