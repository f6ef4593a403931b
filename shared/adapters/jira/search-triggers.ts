import type { IssueSearchResult, Jira } from '../../domain/ports/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { buildTriggerJql, type SearchedBinding, type SearchOptions } from './jql.ts';

export interface TriggerSearchResult extends IssueSearchResult {
  /** Projects Jira refuses to search for, with what it says: a status, label or project of that name does not exist. */
  refused: { jiraProject: string; reason: string }[];
}

/**
 * Every issue of the mapped projects that stands in its trigger, and those changed lately where that is asked for: one search (two
 * above the length limit), each issue once. Jira refuses a whole search for one name it does not know, so a refused one is halved
 * until the binding at fault is alone; the others are not held up by it. Other failures pass: they are not about one binding.
 */
export async function searchTriggers(
  jira: Pick<Jira, 'searchIssues'>,
  bindings: SearchedBinding[],
  options: { limit?: number } & Pick<SearchOptions, 'changedWithinMinutes'> = {},
  signal?: AbortSignal,
): Promise<TriggerSearchResult> {
  const found: TriggerSearchResult = { issues: [], unreadable: [], truncated: false, refused: [] };
  try {
    for (const jql of buildTriggerJql(bindings, options)) merge(found, await jira.searchIssues(jql, options, signal));
    return found;
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'jira-refused') throw error;
    const [only] = bindings;
    if (bindings.length === 1 && only) {
      const reason = error.detail ?? 'Jira refused the search';
      return { issues: [], unreadable: [], truncated: false, refused: [{ jiraProject: only.jiraProject, reason }] };
    }
  }
  const middle = Math.ceil(bindings.length / 2);
  const first = await searchTriggers(jira, bindings.slice(0, middle), options, signal);
  const second = await searchTriggers(jira, bindings.slice(middle), options, signal);
  merge(first, second);
  first.refused.push(...second.refused);
  return first;
}

function merge(into: TriggerSearchResult, more: IssueSearchResult): void {
  const known = new Set(into.issues.map(({ key }) => key));
  into.issues.push(...more.issues.filter(({ key }) => !known.has(key)));
  into.unreadable.push(...more.unreadable);
  into.truncated ||= more.truncated;
}
