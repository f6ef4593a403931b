import type { DemoReport } from './collect-report.ts';
import { RELEASE, WEB_REPO } from './play-full-story.ts';

/** What the full story promises and did not show with the scripted model, one sentence each. */
export function findGaps({ issues, mergeRequests, runs, jira, reviews }: DemoReport, key: string): string[] {
  const said = (text: string) =>
    jira.comments.some((comment) => comment.issueKey === key && comment.markdown.includes(text));
  const stagesOf = (taskId: string) =>
    runs.filter((run) => run.taskId.startsWith(taskId)).flatMap(({ stages }) => stages);
  const ended = (what: string) => runs.some(({ result }) => result?.what === what);
  const own = mergeRequests.find(({ sourceBranch }) => sourceBranch === `agent/${key}`);
  const expected = [
    { holds: said('The agent has made a new plan'), gap: 'The plan was not changed by the reply.' },
    { holds: stagesOf(`coding~${key}`).includes('repair'), gap: 'No red test went back to the agent.' },
    { holds: own?.project === WEB_REPO, gap: 'The ticket did not go by its component.' },
    { holds: ended('pipeline-repaired'), gap: 'The failed pipeline was not repaired.' },
    { holds: ended('target-merged'), gap: 'The conflict was not resolved.' },
    {
      holds: reviews.some(({ body }) => body.includes('shows nothing as a price, too')),
      gap: 'The review marked no criteria.',
    },
    { holds: ended('ready'), gap: 'The merge request was not taken out of draft.' },
    { holds: own?.state === 'merged', gap: 'The merge request was not merged.' },
    {
      holds: mergeRequests.some(
        ({ targetBranch, state }) => targetBranch === `release/${RELEASE}` && state === 'opened',
      ),
      gap: 'No back-port was opened.',
    },
    { holds: issues.some((issue) => issue.key === key && issue.status === 'Done'), gap: `${key} did not reach Done.` },
  ];
  return expected.flatMap(({ holds, gap }) => (holds ? [] : [gap]));
}
