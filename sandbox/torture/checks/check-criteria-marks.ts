import { MARKED } from '../../../shared/domain/messages/format-criteria-marks.ts';
import { MARKING } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import type { Violation } from './violation.ts';

/**
 * What a review says of the criteria of a ticket stands in its record and once on the ticket, apart from what the agent
 * that made the change says of it.
 */
export function checkCriteriaMarks(
  facts: Pick<Facts, 'mergeRequests' | 'reports' | 'runs'>,
  torture: Pick<TortureEnvironment, 'environment'>,
): Violation[] {
  const own = facts.mergeRequests.filter(
    ({ author, sourceBranch, state }) =>
      state === 'opened' && author.bot && new RegExp(`^agent/${MARKING}-\\d+$`).test(sourceBranch),
  );
  const twice = facts.reports.filter(({ text }) => text.split(MARKED).length > 2);
  return [
    ...own.flatMap((mergeRequest) => checkMarks(mergeRequest, facts, torture)),
    ...twice.map(({ issueKey, runId }) => ({
      kind: 'duplicate' as const,
      what: `${issueKey} has marks of several reviews in one comment`,
      ids: [issueKey, runId],
    })),
  ];
}

/** As the scripted model marks each ticket; the agent that makes the change calls both met. */
const COUNTS = { met: 1, 'not-met': 1 };
const LINE = 'AC1 met; AC2 not met';

function checkMarks(
  { project, iid, sourceBranch }: Facts['mergeRequests'][number],
  { runs, reports }: Pick<Facts, 'reports' | 'runs'>,
  { environment: { jira } }: Pick<TortureEnvironment, 'environment'>,
): Violation[] {
  const issueKey = sourceBranch.slice('agent/'.length);
  if (!JSON.stringify(jira.issue(issueKey).description).includes('Acceptance criteria')) return [];
  const name = `${project.path}!${iid}`;
  const reviews = runs
    .filter(
      ({ task, state, result }) =>
        task.kind === 'review' &&
        task.projectId === project.id &&
        task.mergeRequestIid === iid &&
        state === 'done' &&
        result?.what === 'reviewed',
    )
    .toSorted((one, other) => one.updatedAt - other.updatedAt);
  const wrong = reviews.filter(
    ({ result }) =>
      result?.issueKey !== issueKey ||
      Object.entries(COUNTS).some(
        ([word, count]) => new Map(Object.entries(result.criteria ?? {})).get(word) !== count,
      ),
  );
  if (wrong.length > 0)
    return wrong.map(({ runId, task }) => ({
      kind: 'loss',
      what: `${task.id} has no marks of ${issueKey} in its record`,
      ids: [runId, issueKey],
    }));
  const delivered = runs.some(
    ({ task, state, result }) =>
      task.kind === 'coding' && task.issueKey === issueKey && state === 'done' && result?.mergeRequestIid === iid,
  );
  const head = reviews.at(-1)?.result?.headSha?.slice(0, 8);
  if (head === undefined || !delivered) return [];
  const marked = reports.filter((report) => report.issueKey === issueKey && report.text.includes(MARKED));
  const newest = marked.find(({ text }) => lineOf(text).includes(`[!${iid}](`) && lineOf(text).includes(`at ${head}`));
  if (newest && lineOf(newest.text).includes(LINE)) return [];
  return [
    {
      kind: 'loss',
      what: `${issueKey} does not say how the review of ${name} at ${head} marks its criteria`,
      ids: [issueKey, name, ...reviews.map(({ runId }) => runId)],
    },
  ];
}

/** From the words by which it is known to its end. */
function lineOf(text: string): string {
  return text.slice(text.indexOf(MARKED)).split('\n', 1)[0] ?? '';
}
