import type { Repository } from './git.ts';
import { readGit } from './run-git.ts';

export interface Commit {
  sha: string;
  authorName: string;
  authorEmail: string;
  /** Milliseconds since the Unix epoch. */
  authoredAt: number;
  subject: string;
  /** The message below the subject, without our trailers. */
  body: string;
  /** Value of the trailer `Cmap-Run`, as it was written: for people, no proof of where the commit comes from. */
  runId?: string;
}

/** Names the run that made a commit, for people. */
export const RUN_TRAILER = 'Cmap-Run';
/** Names the deployment that made it: its AGENT_ID. */
export const AGENT_TRAILER = 'Cmap-Agent';

const MAX_COMMITS = 1000;
// %x1f separates fields and %x00 (-z) commits; names and subjects may contain anything else.
const FORMAT = `--format=%H%x1f%an%x1f%ae%x1f%at%x1f%s%x1f%(trailers:key=${RUN_TRAILER},valueonly,separator=%x20)%x1f%b`;

/**
 * Commits reachable from `to` and not from `from` (or all that were fetched, without it), newest first, at most 1,000.
 */
export async function listCommits(
  repository: Repository,
  from: string | undefined,
  to: string,
  signal: AbortSignal,
): Promise<Commit[]> {
  const args = [
    'log',
    '-z',
    `--max-count=${MAX_COMMITS}`,
    FORMAT,
    '--end-of-options',
    from === undefined ? to : `${from}..${to}`,
    '--',
  ];
  const output = await readGit(repository, args, {}, signal);
  return output
    .split('\0')
    .filter((record) => record !== '')
    .map(toCommit);
}

/** The newest of the given commits that is on HEAD's branch since it left `from`, so that nothing is pushed twice. */
export async function findCommit(
  repository: Repository,
  { shas, from }: { shas: ReadonlySet<string>; from: string },
  signal: AbortSignal,
): Promise<Commit | undefined> {
  if (shas.size === 0) return undefined;
  const commits = await listCommits(repository, from, 'HEAD', signal);
  return commits.find(({ sha }) => shas.has(sha));
}

function toCommit(record: string): Commit {
  const [sha = '', authorName = '', authorEmail = '', seconds = '', subject = '', runId = '', ...rest] =
    record.split('\x1f');
  const body = withoutOurTrailers(rest.join('\x1f'));
  const commit = { sha, authorName, authorEmail, authoredAt: Number(seconds) * 1000, subject, body };
  return runId.trim() === '' ? commit : { ...commit, runId: runId.trim() };
}

function withoutOurTrailers(body: string): string {
  return body
    .split('\n')
    .filter((line) => ![RUN_TRAILER, AGENT_TRAILER].some((name) => line.startsWith(`${name}: `)))
    .join('\n')
    .trim();
}
