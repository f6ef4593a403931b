import type { IssueSearchOptions, IssueSearchResult, Jira } from '../../domain/ports/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { buildChangedJql, buildTriggerJql, type SearchedBinding, type SearchOptions } from './jql.ts';

export interface TriggerSearchResult extends IssueSearchResult {
  /** Projects Jira refuses to search for, with what it says: a status, label or project of that name does not exist. */
  refused: { jiraProject: string; reason: string }[];
  /** Of a truncated answer: changes from this moment on are in it. */
  reachedAt?: number;
}

/** Searches in one call; what is not found out within them is refused as a group. */
const MAX_SEARCHES = 60;

/**
 * Every issue of the mapped projects that stands in its trigger, and those changed lately where that is asked for: one
 * search (two above the length limit), each issue once. Jira refuses a whole search for one name it does not know, so a
 * refused one is halved until the binding at fault is alone; the others are not held up by it. Halving ends with a
 * bounded number of searches, as where Jira refuses every one. Other failures pass: they are not about one binding.
 * What was changed in a project whose trigger Jira does not know is found all the same: a comment there is no less work
 * because a status got another name.
 */
export async function searchTriggers(
  jira: Pick<Jira, 'searchIssues'>,
  bindings: SearchedBinding[],
  options: IssueSearchOptions & Pick<SearchOptions, 'changedWithinMinutes'> = {},
  signal?: AbortSignal,
): Promise<TriggerSearchResult> {
  const parts: { start: number; result: TriggerSearchResult }[] = [];
  let searches = 0;
  // Level by level, so that the bound cuts short what is most divided, and never the half that nothing is wrong with.
  let groups = bindings.length > 0 ? [{ start: 0, members: bindings, reason: '' }] : [];
  while (groups.length > 0) {
    const halves: typeof groups = [];
    for (const { start, members, reason: before } of groups) {
      const result = await searchGroup(members, before);
      const isHalved = result.refused.length > 1 && searches < MAX_SEARCHES;
      if (!isHalved) {
        if (result.refused.length === 1) merge(result, await searchChanged(members));
        parts.push({ start, result });
        continue;
      }
      const middle = Math.ceil(members.length / 2);
      const reason = result.refused[0]?.reason ?? before;
      halves.push(
        { start, members: members.slice(0, middle), reason },
        { start: start + middle, members: members.slice(middle), reason },
      );
    }
    groups = halves;
  }
  return parts.toSorted((one, other) => one.start - other.start).reduce(join, empty());

  /** Nothing where Jira refuses that as well: it does not know the project itself, or hides it. */
  async function searchChanged([refused]: SearchedBinding[]): Promise<IssueSearchResult> {
    const { changedWithinMinutes } = options;
    if (!refused || changedWithinMinutes === undefined || searches >= MAX_SEARCHES) return empty();
    try {
      searches += 1;
      const [jql = ''] = buildChangedJql([refused.jiraProject], { within: changedWithinMinutes });
      return await jira.searchIssues(jql, options, signal);
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'jira-refused') throw error;
      return empty();
    }
  }

  /** All or none of these projects: Jira refuses a search as a whole. */
  async function searchGroup(members: SearchedBinding[], before: string): Promise<TriggerSearchResult> {
    const refuse = (reason: string) => ({
      ...empty(),
      refused: members.map(({ jiraProject }) => ({ jiraProject, reason })),
    });
    if (searches >= MAX_SEARCHES) return refuse(before);
    const found = empty();
    try {
      for (const jql of buildTriggerJql(members, options)) {
        searches += 1;
        merge(found, await jira.searchIssues(jql, options, signal));
      }
      return found;
    } catch (error) {
      if (!(error instanceof TaskError) || error.code !== 'jira-refused') throw error;
      return refuse(error.detail ?? 'Jira refused the search');
    }
  }
}

/**
 * What was changed in these projects within `within` minutes and not within the last `until`, newest first, each issue
 * once. @throws {TaskError} `jira-*`
 */
export async function searchChanges(
  jira: Pick<Jira, 'searchIssues'>,
  projects: string[],
  span: { within: number; until: number },
  options: IssueSearchOptions,
): Promise<TriggerSearchResult> {
  const found = empty();
  for (const jql of buildChangedJql(projects, span)) merge(found, await jira.searchIssues(jql, options));
  return found;
}

function empty(): TriggerSearchResult {
  return { issues: [], unreadable: [], truncated: false, refused: [] };
}

function join(into: TriggerSearchResult, { result }: { result: TriggerSearchResult }): TriggerSearchResult {
  merge(into, result);
  into.refused.push(...result.refused);
  return into;
}

function merge(into: TriggerSearchResult, more: IssueSearchResult & { reachedAt?: number }): void {
  const oldest = Math.min(...more.issues.map(({ updatedAt }) => updatedAt));
  const reachedAt = more.reachedAt ?? (Number.isFinite(oldest) ? oldest : 0);
  if (more.truncated) into.reachedAt = Math.max(into.reachedAt ?? 0, reachedAt);
  const known = new Set(into.issues.map(({ key }) => key));
  into.issues.push(...more.issues.filter(({ key }) => !known.has(key)));
  into.unreadable.push(...more.unreadable);
  into.truncated ||= more.truncated;
}
