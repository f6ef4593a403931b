import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { DeploymentFacts } from '../facts/deployment.ts';
import { millisecondsOf } from '../facts/instant.ts';
import { isKnown, type Known, NOT_KNOWN } from '../facts/known.ts';
import { buildGraph, markReachable } from '../range/commit-graph.ts';

/**
 * For each commit of a range the first deployment that contains it, by ancestry. Deployments of commits outside the
 * range say nothing about it. Linear: every commit is marked once, by the oldest deployment that reaches it.
 */
export function firstDeployments(
  commits: readonly CommitFacts[],
  deployments: Known<readonly DeploymentFacts[]>,
): Known<Map<Sha, DeploymentFacts>> {
  if (!isKnown(deployments)) return NOT_KNOWN;
  if (deployments.length === 0) return new Map();
  const graph = buildGraph(commits);
  const marked = new Uint8Array(commits.length);
  const first = new Map<Sha, DeploymentFacts>();
  const oldestFirst = [...deployments].sort(
    (a, b) => millisecondsOf(a.finishedAt) - millisecondsOf(b.finishedAt) || a.id - b.id,
  );
  for (const deployment of oldestFirst)
    for (const index of markReachable(graph, graph.indexOf.get(deployment.sha) ?? -1, marked)) {
      const commit = commits[index];
      if (commit) first.set(commit.sha, deployment);
    }
  return first;
}
