import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import { mergeRequestRevert } from './merge-request-revert.ts';
import { parseReferences, type References } from './parse-references.ts';
import type { TargetResolver } from './target-resolver.ts';

/** A commit of the range that another branch has taken back. */
export interface MissingRevert {
  sha: Sha;
  /** SHA of the revert, or `!12`. */
  by: string;
  branches: string[];
}

interface Act {
  id: string;
  /** Names by which a later revert may take this one back. */
  names: string[];
  at: number;
  reverts: References['reverts'];
  branches: string[];
}

/**
 * Reverts on other branches, by commit or by merged merge request, that are in force there and whose target is in the
 * range. `attributed` are the numbers of the merge requests that are in the range themselves.
 */
export function findMissingReverts(
  elsewhere: readonly CommitFacts[],
  mergeRequests: readonly MergeRequestFacts[],
  attributed: ReadonlySet<number>,
  resolver: TargetResolver,
): MissingRevert[] {
  const outside = mergeRequests.filter((one) => one.state === 'merged' && !attributed.has(one.iid));
  const acts = [...elsewhere.flatMap(ofCommit), ...outside.flatMap(ofMergeRequest)].sort(
    (a, b) => b.at - a.at || (a.id < b.id ? -1 : 1),
  );
  const takenBack = new Set<string>();
  const missing = new Map<Sha, MissingRevert>();
  for (const act of acts) {
    if (act.names.some((name) => takenBack.has(name))) continue;
    for (const name of namesOf(act.reverts)) takenBack.add(name);
    for (const sha of resolver.named(act.reverts).targets)
      if (!missing.has(sha)) missing.set(sha, { sha, by: act.id, branches: act.branches });
  }
  return [...missing.values()];
}

/** Short SHAs are compared by the seven digits that git writes at least. */
const SHORT = 7;

function namesOf({ commits, mergeRequests }: References['reverts']): string[] {
  return [...commits.map((sha) => sha.slice(0, SHORT)), ...mergeRequests.map((iid) => `!${iid}`)];
}

function ofCommit(commit: CommitFacts): Act[] {
  const { reverts } = parseReferences(commit.body);
  if (namesOf(reverts).length === 0) return [];
  const at = Date.parse(commit.committedAt);
  return [{ id: commit.sha, names: [commit.sha.slice(0, SHORT)], at, reverts, branches: commit.branches }];
}

function ofMergeRequest(facts: MergeRequestFacts): Act[] {
  const said = mergeRequestRevert(facts);
  if (!said || namesOf(said.named).length === 0) return [];
  const shas = [facts.mergeCommitSha, facts.squashCommitSha, facts.sha].flatMap((sha) => sha ?? []);
  const names = [`!${facts.iid}`, ...shas.map((sha) => sha.slice(0, SHORT))];
  const at = Date.parse(facts.mergedAt ?? facts.createdAt);
  return [{ id: `!${facts.iid}`, names, at, reverts: said.named, branches: [facts.targetBranch] }];
}
