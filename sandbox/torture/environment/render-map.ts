import { ADA, GUEST, GUIDES, SPENDING, TEAMS } from './teams.ts';

/**
 * The project map of a revision: one team comes and goes, limits change, and so do the labels of new merge requests.
 */
export function renderMap(revision: number, { isLast = false } = {}): string {
  const teams = TEAMS.filter(({ jiraProject }) => jiraProject !== GUEST || hasEveryTeam(revision));
  const entries = teams.map(({ jiraProject, repo, targetBranch, credentialRef, rules, mergeRequest, route }) => [
    jiraProject,
    {
      repo,
      target_branch: targetBranch,
      credential_ref: credentialRef,
      budget: {
        max_turns: 100 + revision,
        // Also the last one has a limit: how many runs have begun can be read only where one is counted.
        ...(jiraProject === SPENDING ? { runs_per_month: isLast ? LAST_RUNS : monthLimit(revision) } : {}),
      },
      merge_request: {
        labels: [`map-${revision}`],
        assignee: ADA,
        ...mergeRequest,
      },
      ...(revision % 2 === 1 ? { max_concurrent_runs: 1 } : {}),
      ...rules,
      ...(route ? { routes: [{ name: 'other', when: { component: [route.component] }, repo: route.repo }] } : {}),
    },
  ]);
  const { repo, credentialRef, rules } = GUIDES;
  const guides = { credential_ref: credentialRef, budget: { max_turns: 100 + revision }, ...rules };
  return JSON.stringify({ mappings: { ...Object.fromEntries(entries), [repo]: guides } });
}

/** Few enough that work waits. */
export function monthLimit(revision: number): number {
  return 1 + revision;
}

/** More than a torture has. */
const LAST_RUNS = 10_000;

export function hasEveryTeam(revision: number): boolean {
  return revision % 3 !== 1;
}
