import { SPENDING } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import type { Violation } from './violation.ts';

/** How long tickets of other teams waited for their run while one team was in trouble. */
export interface Lateness {
  longestMs: number;
  violations: Violation[];
}

/** A ticket handed over during the trouble of another team is begun within `limitMs`. */
export async function checkLateness(
  { entries, runs }: Pick<Facts, 'entries' | 'runs'>,
  { environment, teamTroubles }: Pick<TortureEnvironment, 'environment' | 'teamTroubles'>,
  limitMs: number,
): Promise<Lateness> {
  const { jira, storage } = environment;
  const lateness: Lateness = { longestMs: 0, violations: [] };
  for (const { issueKey, revision, at, withdrawn } of entries) {
    const project = issueKey.split('-')[0] ?? '';
    const during = teamTroubles.some(({ projects, from, to }) => !projects.includes(project) && at >= from && at <= to);
    // A budget of the month may be in the way, which is no trouble of others.
    if (project === SPENDING) continue;
    if (!during || withdrawn || jira.issue(issueKey).blockedBy.length > 0) continue;
    const run = runs.find(({ task }) => task.id === `coding~${issueKey}~${revision}`);
    const events = run ? await storage.ledger.listEvents(run.runId) : [];
    const begun = events.find(({ name }) => name === 'running');
    if (!run || !begun) continue; // Answered by another run, or lost: that is checked elsewhere.
    // Its own team was in trouble, or not in the map, while it waited.
    if (teamTroubles.some(({ projects, from, to }) => projects.includes(project) && from <= begun.at && to >= at))
      continue;
    const waitedMs = begun.at - at;
    lateness.longestMs = Math.max(lateness.longestMs, waitedMs);
    if (waitedMs <= limitMs) continue;
    const what = `${issueKey} waited ${Math.round(waitedMs / 1000)} s while another team was in trouble`;
    lateness.violations.push({ kind: 'late', what, ids: [issueKey, run.runId] });
  }
  return lateness;
}
