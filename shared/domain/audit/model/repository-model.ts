import type { AuditChange } from '../changes/audit-change.ts';
import { buildChanges } from '../changes/build-changes.ts';
import { firstDeployments } from '../deployments/first-deployments.ts';
import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { DeploymentFacts } from '../facts/deployment.ts';
import type { Known } from '../facts/known.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import { indexPipelines, type PipelineIndex } from '../pipelines/judge-pipeline.ts';
import { attributeCommits } from '../range/attribute-commits.ts';
import type { Attribution } from '../range/attribution.ts';
import { findPicks, type Pick } from '../reverts/find-picks.ts';
import { findReverts, type Revert } from '../reverts/find-reverts.ts';
import { type NetState, netState } from '../reverts/net-state.ts';
import { findMissingReverts, type MissingRevert } from '../reverts/outside-reverts.ts';
import { createTargetResolver } from '../reverts/target-resolver.ts';

/** What the facts of one repository say once they are put together; no rule has looked at it yet. */
export interface RepositoryModel {
  facts: RepositoryFacts;
  attribution: Attribution;
  changes: AuditChange[];
  changeOf: ReadonlyMap<Sha, AuditChange>;
  picks: ReadonlyMap<Sha, Pick>;
  reverts: ReadonlyMap<Sha, Revert>;
  net: NetState;
  missingReverts: MissingRevert[];
  pipelines: PipelineIndex;
  deployedBy: Known<ReadonlyMap<Sha, DeploymentFacts>>;
}

/** Puts the facts of a repository together. Linear in commits and merge requests. */
export function buildRepositoryModel(facts: RepositoryFacts): RepositoryModel {
  const attribution = attributeCommits(facts);
  const { commits } = attribution;
  const elsewhere = without(facts.elsewhere, commits);
  const changes = buildChanges(facts, attribution);
  const picks = findPicks(commits, elsewhere);
  const { mergeRequests } = facts;
  const resolver = createTargetResolver({ changes, commits, picks, elsewhere, mergeRequests });
  const reverts = findReverts(changes, resolver);
  const net = netState(commits, reverts);
  const attributed = new Set(attribution.mergeRequests.map((one) => one.facts.iid));
  const missing = findMissingReverts(elsewhere, facts.mergeRequests, attributed, resolver);
  return {
    facts,
    attribution,
    changes,
    changeOf: new Map(changes.flatMap((change) => change.commits.map((commit) => [commit.sha, change] as const))),
    picks,
    reverts,
    net,
    missingReverts: missing.filter((one) => !net.revertedBy.has(one.sha)),
    pipelines: indexPipelines(facts.pipelines),
    deployedBy: firstDeployments(commits, facts.deployments),
  };
}

/** Those of the commits that are not among the others. */
function without(commits: readonly CommitFacts[], others: readonly CommitFacts[]): CommitFacts[] {
  if (commits.length === 0) return [];
  const shas = new Set(others.map(({ sha }) => sha));
  return commits.filter(({ sha }) => !shas.has(sha));
}
