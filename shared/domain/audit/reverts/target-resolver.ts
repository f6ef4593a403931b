import { lazily } from '../../../kernel/lazily.ts';
import { type AuditChange, isMerge } from '../changes/audit-change.ts';
import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import { createCommitFinder } from './find-commit.ts';
import type { References } from './parse-references.ts';

/** Finds the commits of the range that a revert names. */
export interface TargetResolver {
  /** Commits that were named, and the names the range does not have. */
  named(names: References['reverts']): { targets: Sha[]; outside: string[] };
  /**
   * The nearest commit or merge request with this subject in the history of `before`; undefined when there is none.
   * A later one of the same subject, or one on another branch, is not what was taken back.
   */
  bySubject(subject: string, before: Sha): Sha[] | undefined;
  /** Whether the change came on top of one of these commits, which are not its own. */
  isBefore(commits: readonly Sha[], change: AuditChange): boolean;
  /** Whether a name that the range does not have, a SHA or `!12`, is one of a commit that was read elsewhere. */
  isElsewhere(name: string): boolean;
}

/** Where a resolver looks. */
export interface ResolverFacts {
  changes: readonly AuditChange[];
  /** Commits of the range, each before its parents. */
  commits: readonly CommitFacts[];
  picks: ReadonlyMap<Sha, { of: Sha }>;
  /** Commits of other branches. */
  elsewhere: readonly CommitFacts[];
  /** All that were listed, those outside the range included. */
  mergeRequests: readonly MergeRequestFacts[];
}

/**
 * One commit, or all of a merge request: the commit a merge request was merged as stands for the whole, since `git
 * revert -m 1` and GitLab's button name the merge. A commit that was picked from elsewhere is found by its original.
 */
export function createTargetResolver({
  changes,
  commits,
  picks,
  elsewhere,
  mergeRequests,
}: ResolverFacts): TargetResolver {
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
  const placeOf = lazily(() => new Map(commits.map(({ sha }, place) => [sha, place] as const)));
  const historyOf = (...shas: Sha[]) => ancestors(commits, placeOf(), shas);
  const merged = mergeRequests.filter(({ state }) => state === 'merged');
  const findElsewhere = createCommitFinder(
    () => new Set([...elsewhere.map(({ sha }) => sha), ...merged.flatMap(shasOf)]),
  );
  return {
    named: (names) => {
      const found = [
        ...names.commits.map((name) => ({ name, shas: commitsNamed(name) })),
        ...names.mergeRequests.map((iid) => ({ name: `!${iid}`, shas: shas(changeOfIid().get(iid)) })),
      ];
      return {
        targets: [...new Set(found.flatMap((one) => one.shas ?? []))],
        outside: found.filter((one) => one.shas === undefined).map((one) => one.name),
      };
    },
    bySubject: (subject, before) => {
      const candidates = subjects().get(subject);
      if (!candidates) return undefined;
      const history = historyOf(before);
      const nearest = (group: readonly Sha[]) => Math.min(...group.map((sha) => placeOf().get(sha) ?? 0));
      // Of a merge request and its own commit of that name the merge request, which is the first of them, stands.
      return candidates
        .filter((group) => group.every((sha) => history.has(sha)))
        .toSorted((a, b) => nearest(a) - nearest(b))[0];
    },
    isBefore: (targets, change) => {
      const others = targets.filter((target) => changeOf().get(target) !== change);
      if (others.length === 0) return false;
      const history = historyOf(...change.commits.map(({ sha }) => sha));
      return others.some((target) => history.has(target));
    },
    isElsewhere: (name) =>
      name.startsWith('!') ? merged.some(({ iid }) => `!${iid}` === name) : findElsewhere(name) !== undefined,
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

function shasOf({ mergeCommitSha, squashCommitSha, sha }: MergeRequestFacts): Sha[] {
  return [mergeCommitSha, squashCommitSha, sha].filter((one) => one !== null);
}

/** What can be reached from the parents of some commits without leaving the range. */
function ancestors(commits: readonly CommitFacts[], placeOf: ReadonlyMap<Sha, number>, shas: Sha[]): Set<Sha> {
  const found = new Set<Sha>();
  const open = [...shas];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const place = placeOf.get(next);
    for (const parent of place === undefined ? [] : (commits[place]?.parents ?? [])) {
      if (found.has(parent)) continue;
      found.add(parent);
      open.push(parent);
    }
  }
  return found;
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
    // A merge request may take back a commit of its own that has its title.
    for (const commit of commits)
      if (commit.subject !== title || change.commits.length > 1) add(commit.subject, [commit.sha]);
  }
  return found;
}
