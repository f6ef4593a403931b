import {
  type DetailOptions,
  type Issue,
  type IssueSearchOptions,
  type IssueSearchResult,
  type Jira,
  MARKER_PROPERTY,
  type UnreadableIssue,
} from '../../domain/ports/jira.ts';
import { describeError, TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { get, issuePath, orUndefined, parseResponse, postRepeatable } from './api-request.ts';
import { ChangelogPage, ISSUE_FIELDS, IssueResponse, SearchPage } from './api-schemas.ts';
import { type ChangelogGuard, createChangelogGuard } from './changelog-guard.ts';
import { findNewestMove, listChanges, readIssue, readTime, readUser } from './read-issue.ts';
import { expandFor, fieldsFor, readIssueDetails } from './read-issue-details.ts';
import type { Requester } from './requester.ts';

export interface IssueApiDeps {
  request: Requester;
  siteUrl: string;
  log: Log;
}

/** Searching and reading issues, each with the change that brought it where it is. */
export function createIssueApi(deps: IssueApiDeps): Pick<Jira, 'searchIssues' | 'getIssue' | 'findIssue'> {
  const { request, log } = deps;

  async function searchIssues(
    jql: string,
    { limit = 1000, changelogs }: IssueSearchOptions = {},
    signal?: AbortSignal,
  ): Promise<IssueSearchResult> {
    const issues = new Map<string, Issue>();
    const unreadable: IssueSearchResult['unreadable'] = [];
    let nextPageToken: string | undefined;
    const guard = changelogs && createChangelogGuard(changelogs);
    let left = limit;
    while (left > 0) {
      const page = await requestPage(jql, Math.min(left, PAGE_SIZE), nextPageToken, signal);
      for (const answer of page.issues) {
        const issue = await readOrReport(answer, guard, signal);
        // An issue that changes while we turn pages may be on two of them.
        if ('reason' in issue) unreadable.push(issue);
        else issues.set(issue.key, issue);
      }
      left -= page.issues.length;
      const isStuck = page.issues.length === 0 || page.nextPageToken === nextPageToken;
      nextPageToken = page.isLast || isStuck ? undefined : (page.nextPageToken ?? undefined);
      if (!nextPageToken) return { issues: [...issues.values()], unreadable, truncated: false };
    }
    return { issues: [...issues.values()], unreadable, truncated: nextPageToken !== undefined };
  }

  async function requestPage(jql: string, maxResults: number, nextPageToken: string | undefined, signal?: AbortSignal) {
    const body = {
      jql,
      maxResults,
      fields: ISSUE_FIELDS,
      expand: 'changelog',
      properties: [MARKER_PROPERTY],
      ...(nextPageToken ? { nextPageToken } : {}),
    };
    try {
      return parseResponse(SearchPage, await request(postRepeatable('search/jql', body), signal));
    } catch (error) {
      // Jira took this very search a page before: its token has ended, which is no fault of what is searched for.
      if (!nextPageToken || !(error instanceof TaskError) || error.code !== 'jira-refused') throw error;
      throw new TaskError('jira-unavailable', { cause: error, detail: 'Jira did not go on with a search' });
    }
  }

  async function readOrReport(answer: unknown, guard: ChangelogGuard | undefined, signal?: AbortSignal) {
    const parsed = IssueResponse.safeParse(answer);
    if (parsed.success) return readShown(parsed.data, guard, signal);
    const reason = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    return report(keyOf(answer), reason);
  }

  /** What Jira refuses to show of one issue hides no other: it may be deleted, or closed to us, since it was found. */
  async function readShown(
    found: IssueResponse,
    guard: ChangelogGuard | undefined,
    signal?: AbortSignal,
  ): Promise<Issue | UnreadableIssue> {
    try {
      if (!guard || !needsPages(found)) return await toIssue(found, signal);
      const issue = { key: found.key, updatedAt: readTime(found.fields.updated) };
      const result = await guard.read(issue, (limited) => toIssue(found, limited), signal);
      if (!('reason' in result) || result.now?.asked === false) return result;
      return report(result.key, result.reason, result.now);
    } catch (error) {
      if (!(error instanceof TaskError) || !ABOUT_ONE_ISSUE.has(error.code)) throw error;
      return report(found.key, `its changelog: ${describeError(error.code).sentence}`);
    }
  }

  function report(key: string, reason: string, now?: UnreadableIssue['now']): UnreadableIssue {
    log.warn('jira issue is unreadable', { issueKey: key, reason });
    return { key, reason, ...(now ? { now } : {}) };
  }

  async function toIssue(answer: IssueResponse, signal?: AbortSignal): Promise<Issue> {
    const histories = answer.changelog?.histories ?? [];
    const isWhole = isAnsweredWhole(answer);
    const move = findNewestMove(histories) ?? (isWhole ? undefined : await findOlderMove(answer, signal));
    return {
      ...readIssue(answer, deps.siteUrl),
      revision: move?.id ?? '0',
      changes: listChanges(histories),
      ...(isWhole ? {} : { hasOlderChanges: true }),
      ...(move?.author ? { movedBy: readUser(move.author) } : {}),
    };
  }

  /** Jira expands only the newest part of a long changelog. The pages of the whole one begin with the oldest change. */
  async function findOlderMove({ key, changelog }: IssueResponse, signal?: AbortSignal) {
    for (let end = changelog?.total ?? 0; end > 0; end -= PAGE_SIZE) {
      const startAt = Math.max(0, end - PAGE_SIZE);
      const query = { startAt, maxResults: Math.min(PAGE_SIZE, end) };
      const page = parseResponse(ChangelogPage, await request(get(issuePath(key, 'changelog'), query), signal));
      const move = findNewestMove(page.values);
      if (move) return move;
    }
    return undefined;
  }

  async function getIssue(key: string, signal?: AbortSignal, wanted?: DetailOptions): Promise<Issue> {
    const fields = wanted ? fieldsFor(ISSUE_FIELDS, wanted) : ISSUE_FIELDS;
    const expand = wanted ? expandFor(wanted) : 'changelog';
    const query = { fields: fields.join(','), expand, properties: MARKER_PROPERTY };
    const answer = await request(get(issuePath(key), query), signal);
    const issue = await toIssue(parseResponse(IssueResponse, answer), signal);
    return wanted ? { ...issue, details: readIssueDetails(answer, wanted) } : issue;
  }

  return {
    searchIssues,
    getIssue,
    findIssue: (key, signal, wanted) => orUndefined(getIssue(key, signal, wanted)),
  };
}

const PAGE_SIZE = 100;

const ABOUT_ONE_ISSUE: ReadonlySet<string> = new Set(['jira-not-found', 'jira-forbidden', 'jira-refused']);

function needsPages(answer: IssueResponse): boolean {
  return !isAnsweredWhole(answer) && !findNewestMove(answer.changelog?.histories ?? []);
}

function isAnsweredWhole({ changelog }: IssueResponse): boolean {
  return (changelog?.histories?.length ?? 0) >= (changelog?.total ?? 0);
}

function keyOf(answer: unknown): string {
  const key = typeof answer === 'object' && answer !== null && 'key' in answer ? answer.key : undefined;
  return typeof key === 'string' ? key.slice(0, 100) : 'unknown';
}
