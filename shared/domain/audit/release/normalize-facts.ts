import { isKnown } from '../facts/known.ts';
import type { AskedCommit, RepositoryFacts } from '../facts/repository.ts';
import { compareText } from '../report/compare-text.ts';
import type { ReleaseFacts } from './release-facts.ts';

/**
 * The same facts in a fixed order, each once. Pages that moved while they were read repeat rows; which copy was read
 * last must not show in the report, so copies are told apart by their contents.
 */
export function normalizeRelease(facts: ReleaseFacts): ReleaseFacts {
  return {
    ...facts,
    versions: uniqueById(facts.versions, (one) => `${one.project} ${one.id}`),
    issues: uniqueById(facts.issues, (one) => one.key),
    lookups: uniqueById(facts.lookups, (one) => one.key),
    earlierReleases: uniqueById(facts.earlierReleases, (one) => `${one.key} ${one.release}`),
    agentRuns: isKnown(facts.agentRuns) ? uniqueById(facts.agentRuns, (one) => one.runId) : facts.agentRuns,
    ...(facts.criteriaMarks ? { criteriaMarks: uniqueById(facts.criteriaMarks, (one) => one.runId) } : {}),
  };
}

/** The facts of one repository in the same way. */
export function normalizeRepository(facts: RepositoryFacts): RepositoryFacts {
  const { pipelines, deployments } = facts;
  return {
    ...facts,
    elsewhere: uniqueById(facts.elsewhere, (one) => one.sha),
    mergeRequests: uniqueById(facts.mergeRequests, (one) => pad(one.iid)),
    pipelines: isKnown(pipelines) ? uniqueById(pipelines, (one) => pad(one.id)) : pipelines,
    deployments: isKnown(deployments) ? uniqueById(deployments, (one) => pad(one.id)) : deployments,
    askedCommits: mergeAnswers(facts.askedCommits),
  };
}

/** Sorted by id; of copies that differ the one whose text sorts first. */
export function uniqueById<T>(items: readonly T[], idOf: (item: T) => string): T[] {
  const byId = new Map<string, T>();
  for (const item of items) {
    const id = idOf(item);
    const known = byId.get(id);
    if (known === undefined || JSON.stringify(item) < JSON.stringify(known)) byId.set(id, item);
  }
  return [...byId].sort(([a], [b]) => compareText(a, b)).map(([, item]) => item);
}

/** Numbers as text that sorts like them. */
function pad(id: number): string {
  return String(id).padStart(16, '0');
}

function mergeAnswers(answers: readonly AskedCommit[]): AskedCommit[] {
  return [...Map.groupBy(answers, (one) => one.sha)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([sha, same]) => ({
      sha,
      mergeRequestIids: [...new Set(same.flatMap((one) => one.mergeRequestIids))].sort((a, b) => a - b),
      source: same.map((one) => one.source).sort(compareText)[0] ?? '',
    }));
}
