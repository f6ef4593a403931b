import type { IssueFacts, KeyLookup } from '../../../../domain/audit/facts/issue.ts';
import { TaskError } from '../../../../kernel/errors.ts';
import type { Asker } from '../ask/asker.ts';
import { BulkIssuesApi, ISSUE_FIELDS, IssueApi, toIssue } from './api-schemas.ts';

/**
 * Keys in one question:
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
 */
const BATCH = 100;

/**
 * Keys that the bulk answer leaves out are asked about one by one, to tell unknown, moved and forbidden apart. More
 * than that many are not asked and have no answer, which makes the audit incomplete.
 */
const MAX_SINGLE = 500;

export interface LookedUp {
  issues: IssueFacts[];
  /** One for each key that was asked about; a key without one is not known. */
  lookups: KeyLookup[];
  /** How many keys were asked one by one. */
  askedAlone: number;
}

/**
 * What Jira says about keys that changes name: found, moved (the answer has another key), unknown or forbidden. The
 * bulk answer leaves out what is unknown or may not be seen, and has moved issues under their new key.
 */
export async function lookUpKeys(keys: readonly string[], asker: Asker, siteUrl: string): Promise<LookedUp> {
  const result: LookedUp = { issues: [], lookups: [], askedAlone: 0 };
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH);
    const body = { issueIdsOrKeys: batch, fields: ISSUE_FIELDS };
    const request = { service: 'jira', method: 'POST', path: 'issue/bulkfetch', body } as const;
    const answer = await asker.ask(request, BulkIssuesApi);
    const found = answer.value.issues.map((issue) => toIssue(issue, siteUrl, answer.source));
    result.issues.push(...found);
    const direct = new Set(found.map(({ key }) => key));
    for (const key of batch.filter((one) => direct.has(one))) {
      result.lookups.push({ key, answer: 'found', source: answer.source });
    }
    const left = batch.filter((key) => !direct.has(key));
    for (const key of left.slice(0, MAX_SINGLE - result.askedAlone)) {
      result.askedAlone += 1;
      const one = await lookUpOne(key, asker, siteUrl, answer.source);
      result.lookups.push(one.lookup);
      if (one.issue && !direct.has(one.issue.key)) result.issues.push(one.issue);
    }
  }
  return result;
}

async function lookUpOne(
  key: string,
  asker: Asker,
  siteUrl: string,
  bulkSource: string,
): Promise<{ lookup: KeyLookup; issue?: IssueFacts }> {
  try {
    const path = `issue/${encodeURIComponent(key)}`;
    const query = { fields: ISSUE_FIELDS.join(',') };
    const { value, source } = await asker.ask({ service: 'jira', method: 'GET', path, query }, IssueApi);
    const issue = toIssue(value, siteUrl, source);
    if (value.key === key) return { lookup: { key, answer: 'found', source }, issue };
    return { lookup: { key, answer: 'moved', movedTo: value.key, source }, issue };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    if (error.code === 'jira-not-found') return { lookup: { key, answer: 'unknown', source: bulkSource } };
    if (error.code === 'jira-forbidden') return { lookup: { key, answer: 'forbidden', source: bulkSource } };
    throw error;
  }
}
