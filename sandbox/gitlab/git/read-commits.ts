import { toIso } from '../../../shared/kernel/to-iso.ts';
import type { BareRepository } from './bare-repository.ts';

/** A commit as GitLab shows it, without its address. */
export interface ReadCommit {
  id: string;
  short_id: string;
  created_at: string;
  parent_ids: string[];
  title: string;
  message: string;
  author_name: string;
  author_email: string;
  authored_date: string;
  committer_name: string;
  committer_email: string;
  committed_date: string;
  trailers: Record<string, string>;
  extended_trailers: Record<string, string[]>;
}

const FORMAT = ['%H', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B', '%(trailers:only=true,unfold=true)'].join(
  '%x01',
);

/**
 * Commits of a revision or a range `a..b`, newest first, from `skip` on and `count` of them.
 * @throws {GitError} when the revision does not exist.
 */
export async function readCommits(
  repository: BareRepository,
  { revision, skip = 0, count }: { revision: string; skip?: number; count: number },
): Promise<ReadCommit[]> {
  const page = [`--skip=${skip}`, `--max-count=${count}`];
  const text = await repository.git(['log', '-z', `--format=${FORMAT}`, ...page, '--end-of-options', revision, '--']);
  return text
    .split('\0')
    .filter((record) => record.trim() !== '')
    .map(parseCommit);
}

function parseCommit(record: string): ReadCommit {
  const [id = '', parents = '', authorName = '', authorEmail = '', authoredAt = '', ...rest] = record.split('\x01');
  const [committerName = '', committerEmail = '', committedAt = '', message = '', trailers = ''] = rest;
  const committed = iso(committedAt);
  const extended = readTrailers(trailers);
  return {
    id,
    short_id: id.slice(0, 8),
    created_at: committed,
    parent_ids: parents.split(' ').filter(Boolean),
    title: message.split('\n')[0] ?? '',
    message,
    author_name: authorName,
    author_email: authorEmail,
    authored_date: iso(authoredAt),
    committer_name: committerName,
    committer_email: committerEmail,
    committed_date: committed,
    // One value of each, as GitLab kept them before version 15.10.
    trailers: Object.fromEntries(Object.entries(extended).map(([key, values]) => [key, values.at(-1) ?? ''])),
    extended_trailers: extended,
  };
}

function readTrailers(text: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const line of text.split('\n')) {
    const [, key, value = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) found[key] = [...(found[key] ?? []), value];
  }
  return found;
}

function iso(seconds: string): string {
  return toIso(Number(seconds) * 1000).replace('Z', '+00:00');
}
