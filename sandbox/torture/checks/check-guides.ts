import { AGENT, GUIDES } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import type { Violation } from './violation.ts';

/**
 * In a repository that is bound without a Jira project nothing is changed by the agent, and no ticket that is named
 * there is read or changed.
 */
export function checkGuides(
  { commits, mergeRequests, runs, receivedMarkers }: Facts,
  { named, environment: { jira } }: Pick<TortureEnvironment, 'named' | 'environment'>,
): Violation[] {
  const own = (commits.get(GUIDES.repo) ?? []).filter((commit) => commit.runs.length > 0);
  const inGuides = mergeRequests.filter(({ project }) => project.path === GUIDES.repo);
  const [projectId] = inGuides.map(({ project }) => project.id);
  const updates = runs.filter(({ task }) => task.kind === 'update' && task.projectId === projectId);
  return [
    ...own.map(({ sha, runs: named }) => defect(`commit ${sha.slice(0, 8)} was pushed to ${GUIDES.repo}`, named)),
    ...inGuides
      .filter(({ author }) => author.bot && author.username === GUIDES.bot)
      .map(({ iid }) => defect(`${GUIDES.repo}!${iid} was opened by the agent`, [`${GUIDES.repo}!${iid}`])),
    ...updates.map(({ runId, task }) => defect(`${task.id} began in ${GUIDES.repo}`, [runId])),
    ...named.flatMap(({ issueKey, marker }) => {
      const isChanged = jira.issue(issueKey).changes.some(({ authorId }) => authorId === AGENT);
      const isSpokenOn = jira.comments(issueKey).some(({ authorId }) => authorId === AGENT);
      return [
        ...(receivedMarkers.has(marker) ? [defect(`${issueKey} was read for ${GUIDES.repo}`, [issueKey, marker])] : []),
        ...(isChanged || isSpokenOn ? [defect(`${issueKey} was changed, named in ${GUIDES.repo}`, [issueKey])] : []),
      ];
    }),
  ];
}

const defect = (what: string, ids: string[]): Violation => ({ kind: 'defect', what, ids });
