import type { IssueFacts } from '../../../../domain/audit/facts/issue.ts';
import type { VersionFacts } from '../../../../domain/audit/facts/version.ts';
import type { Asker } from '../ask/asker.ts';
import { ISSUE_FIELDS, SearchApi, toIssue } from './api-schemas.ts';

/** The issues of the versions, by the ids of the versions, a hundred at a time. */
export async function collectIssues(
  versions: readonly VersionFacts[],
  asker: Asker,
  siteUrl: string,
): Promise<IssueFacts[]> {
  if (versions.length === 0) return [];
  const jql = `fixVersion in (${versions.map(({ id }) => id).join(', ')}) ORDER BY key ASC`;
  const issues: IssueFacts[] = [];
  for (let token: string | undefined; ; ) {
    const page = token === undefined ? {} : { nextPageToken: token };
    const body = { jql, fields: ISSUE_FIELDS, maxResults: 100, ...page };
    const { value, source } = await asker.ask({ service: 'jira', method: 'POST', path: 'search/jql', body }, SearchApi);
    issues.push(...value.issues.map((issue) => toIssue(issue, siteUrl, source)));
    token = value.nextPageToken ?? undefined;
    if (token === undefined || value.isLast === true) return issues;
  }
}
