import { lazily } from '../../../kernel/lazily.ts';
import { type AuditChange, isMerge } from '../changes/audit-change.ts';
import type { Sha } from '../facts/commit.ts';
import { createCommitFinder } from './find-commit.ts';
import type { References } from './parse-references.ts';

/** Finds the commits of the range that a revert names. */
export interface TargetResolver {
  /** Commits that were named, and the names the range does not have. */
  named(names: References['reverts']): { targets: Sha[]; outside: string[] };
  /** The only commit or merge request with this subject; undefined when there is none or more than one. */
  bySubject(subject: string): Sha[] | undefined;
}

/**
 * One commit, or all of a merge request: the commit a merge request was merged as stands for the whole, since `git
 * revert -m 1` and GitLab's button name the merge. A commit that was picked from elsewhere is found by its original.
 */
export function createTargetResolver(
  changes: readonly AuditChange[],
  picks: ReadonlyMap<Sha, { of: Sha }>,
): TargetResolver {
  // Nearly all messages name nothing that has to be looked up.
  const changeOf = lazily(() => bySha(changes));
  const changeOfIid = lazily(() => byIid(changes));
  const find = createCommitFinder(() => changeOf().keys());
  const copies = copiesByOriginal(picks);
  const findOriginal = createCommitFinder(() => copies.keys());

  const commitsNamed = (start: string): Sha[] | undefined => {
    const sha = find(start);
    const original = sha === undefined ? findOriginal(start) : undefined;
    if (original !== undefined) return copies.get(original);
    if (sha === undefined) return undefined;
    const change = changeOf().get(sha);
    return change?.kind === 'merge-request' && change.mergedSha === sha ? shas(change) : [sha];
  };
  const subjects = lazily(() => bySubject(changes));
  return {
    named: ({ commits, mergeRequests }) => {
      const found = [
        ...commits.map((name) => ({ name, shas: commitsNamed(name) })),
        ...mergeRequests.map((iid) => ({ name: `!${iid}`, shas: shas(changeOfIid().get(iid)) })),
      ];
      return {
        targets: [...new Set(found.flatMap((one) => one.shas ?? []))],
        outside: found.filter((one) => one.shas === undefined).map((one) => one.name),
      };
    },
    bySubject: (subject) => {
      const same = subjects().get(subject) ?? [];
      return same.length === 1 ? same[0] : undefined;
    },
  };
}

function bySha(changes: readonly AuditChange[]): Map<Sha, AuditChange> {
  return new Map(changes.flatMap((change) => change.commits.map(({ sha }) => [sha, change] as const)));
}

function byIid(changes: readonly AuditChange[]): Map<number, AuditChange> {
  const found = new Map<number, AuditChange>();
  for (const change of changes) if (change.kind === 'merge-request') found.set(change.mergeRequest.facts.iid, change);
  return found;
}

function shas(change: AuditChange | undefined): Sha[] | undefined {
  return change?.commits.map((commit) => commit.sha);
}

function copiesByOriginal(picks: ReadonlyMap<Sha, { of: Sha }>): Map<Sha, Sha[]> {
  const copies = new Map<Sha, Sha[]>();
  for (const [copy, { of }] of picks) {
    const same = copies.get(of);
    if (same) same.push(copy);
    else copies.set(of, [copy]);
  }
  return copies;
}

function bySubject(changes: readonly AuditChange[]): Map<string, Sha[][]> {
  const found = new Map<string, Sha[][]>();
  const add = (subject: string, commits: Sha[]) => {
    const same = found.get(subject);
    if (same) same.push(commits);
    else found.set(subject, [commits]);
  };
  for (const change of changes) {
    const commits = change.commits.filter((commit) => !isMerge(commit));
    const title = change.kind === 'merge-request' ? change.mergeRequest.facts.title : undefined;
    if (title !== undefined)
      add(
        title,
        change.commits.map((commit) => commit.sha),
      );
    for (const commit of commits) if (commit.subject !== title) add(commit.subject, [commit.sha]);
  }
  return found;
}
