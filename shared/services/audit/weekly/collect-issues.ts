import { quoteJql } from '../../../adapters/jira/jql.ts';
import type { Issue, Jira } from '../../../domain/ports/jira.ts';
import { MINUTE } from '../../../kernel/clock.ts';
import type { Gaps } from './gaps.ts';
import type { Span } from './span.ts';

/** Issues of one project that are looked at; the ones changed last come first. */
const MAX_ISSUES = 5000;

export interface FoundIssue {
  issue: Issue;
  /**
   * When it last came into a status of the category "done"; absent when it is in none, or its changelog does not say.
   */
  doneAt?: number;
}

/** The issues of each project that are open, or were changed in the span. */
export async function collectIssues(
  projects: readonly string[],
  span: Span,
  { jira, gaps }: { jira: Pick<Jira, 'searchIssues' | 'listStatuses'>; gaps: Gaps },
): Promise<FoundIssue[]> {
  const found: FoundIssue[] = [];
  for (const project of projects) {
    const jql = `project = ${quoteJql(project)} AND ${conditionOf(span)} ORDER BY updated DESC`;
    await gaps.orGap(
      project,
      async () => {
        const { issues, unreadable, truncated } = await jira.searchIssues(jql, { limit: MAX_ISSUES });
        const statuses = await jira.listStatuses(project);
        const done = statuses.filter(({ category }) => category === 'done');
        found.push(...issues.map((issue) => withDoneAt(issue, done)));
        for (const { key } of unreadable) gaps.add(key, 'Jira answered something about it that could not be read.');
        if (truncated)
          gaps.add(project, `It has more than ${MAX_ISSUES} open issues; the ones changed last are shown.`);
      },
      undefined,
    );
  }
  return found;
}

/** The searches as one, which a person can paste into Jira; in words where there is no project to search. */
export function describeSearch(projects: readonly string[], span: Span): string {
  if (projects.length === 0) return 'none, because no binding has a Jira project';
  return `project in (${projects.map(quoteJql).join(', ')}) AND ${conditionOf(span)}`;
}

/** Jira counts whole minutes before now, so one more is asked for. */
function conditionOf({ since, until, now = until }: Span): string {
  return `(statusCategory != Done OR updated >= ${quoteJql(`-${Math.ceil((now - since) / MINUTE) + 1}m`)})`;
}

function withDoneAt(issue: Issue, done: readonly { id: string; name: string }[]): FoundIssue {
  if (issue.status.category !== 'done') return { issue };
  const move = issue.changes?.find(
    ({ field, toId, from }) =>
      field === 'status' && done.some(({ id }) => id === toId) && !done.some(({ name }) => name === from),
  );
  return { issue, ...(move?.at === undefined ? {} : { doneAt: move.at }) };
}
