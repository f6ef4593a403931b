import type { DemoReport } from './collect-report.ts';

/** What did not end as the demo promises, one sentence each; empty when all is well. */
export function findShortcomings(report: DemoReport, { ownModel }: { ownModel: boolean }): string[] {
  const failed = findFailedRuns(report);
  // What a real model writes is its own affair; that every run ended well is ours.
  if (ownModel) return failed;
  const missing = ['group/greetings', 'platform/status']
    .filter(
      (project) =>
        !report.mergeRequests.some(
          (mergeRequest) => mergeRequest.project === project && mergeRequest.sourceBranch.startsWith('agent/'),
        ),
    )
    .map((project) => `${project} has no merge request of the agent.`);
  return [...failed, ...missing, ...findQuietParts(report)];
}

/** Runs that did not end well, one sentence each. */
export function findFailedRuns({ runs }: Pick<DemoReport, 'runs'>): string[] {
  return runs
    .filter(({ state }) => state !== 'done')
    .map(({ taskId, state, code }) => `${taskId} ended as ${state}${code ? ` (${code})` : ''}.`);
}

/** What the scripted model always leads to. */
function findQuietParts({ reviews, replies, issues, runs }: DemoReport): string[] {
  const expected = [
    {
      holds: reviews.some(({ kind, resolved }) => kind === 'finding' && resolved),
      shortcoming: 'No finding was posted and resolved.',
    },
    { holds: replies.length > 0, shortcoming: 'No thread got a reply.' },
    { holds: issues.some(({ status }) => status === 'Done'), shortcoming: 'No ticket reached Done.' },
    {
      holds: runs.filter(({ taskId }) => taskId.startsWith('coding~PROJ-1~')).length === 2,
      shortcoming: 'PROJ-1 was not reworked.',
    },
  ];
  return expected.flatMap(({ holds, shortcoming }) => (holds ? [] : [shortcoming]));
}
