import { millisecondsOf } from '../facts/instant.ts';
import { isKnown } from '../facts/known.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import type { KeyReader } from '../keys/key-reader.ts';
import { readCommitKeys, readMergeRequestKeys, type WrittenKey } from '../keys/read-change-keys.ts';
import type { TicketIndex } from '../links/ticket-index.ts';
import type { RepositoryModel } from '../model/repository-model.ts';

/** Work for an issue that is not in the range. */
export interface OutsideWork {
  where: 'open' | 'earlier' | 'elsewhere';
  /** `group/app!12` or `group/app@<sha>`. */
  id: string;
  /** Branch it went into, or is meant for. */
  branch: string;
  source: string;
}

/**
 * Adds to `found`, by key of the issue, a repository's work outside the ranges: open, merged before them, or elsewhere.
 */
export function collectOutsideWork(
  found: Map<string, OutsideWork[]>,
  { facts, attribution }: RepositoryModel,
  { reader, tickets }: { reader: KeyReader; tickets: TicketIndex },
): void {
  const add = (keys: readonly WrittenKey[], work: OutsideWork) => {
    for (const { written, via } of keys) {
      if (via === 'body' || via === 'revert') continue;
      const { key } = tickets.resolve(written);
      const same = found.get(key);
      if (same) same.push(work);
      else found.set(key, [work]);
    }
  };
  const attributed = new Set(attribution.mergeRequests.map((one) => one.facts.iid));
  for (const one of facts.mergeRequests) {
    const where = whereIs(one, facts);
    if (where === undefined || attributed.has(one.iid)) continue;
    const id = `${facts.repository}!${one.iid}`;
    add(readMergeRequestKeys(one, reader), { where, id, branch: one.targetBranch, source: one.source });
  }
  for (const commit of facts.elsewhere) {
    const id = `${facts.repository}@${commit.sha}`;
    const branch = commit.branches.join(', ');
    add(readCommitKeys(commit, reader), { where: 'elsewhere', id, branch, source: commit.source });
  }
}

function whereIs(one: MergeRequestFacts, facts: RepositoryFacts): OutsideWork['where'] | undefined {
  if (one.state === 'opened' || one.state === 'locked') return 'open';
  if (one.state !== 'merged' || one.mergedAt === null) return undefined;
  const mergedAt = millisecondsOf(one.mergedAt);
  const range = facts.ranges.find(({ branch }) => branch === one.targetBranch);
  if (!range || range.from === 'root' || !isKnown(range.from.committedAt)) return 'elsewhere';
  // Not in the range and merged before its start: the start contains it. The dates only name the reason, not the range.
  return mergedAt <= millisecondsOf(range.from.committedAt) ? 'earlier' : 'elsewhere';
}
