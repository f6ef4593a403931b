import * as z from 'zod';
import type { Reply } from '../http/send-reply.ts';
import { type Call, ok, pageOf, type Route, type RouteDeps, refuse } from './call.ts';

/** What an audit of a release asks: versions, issues by the hundred, histories by the thousand. */
export const AUDIT_ROUTES: Route[] = [
  { endpoint: 'versions', method: 'GET', path: 'project/:project/version', answer: listVersions },
  { endpoint: 'version-counts', method: 'GET', path: 'version/:id/relatedIssueCounts', answer: countIssues },
  { endpoint: 'issues', method: 'POST', path: 'issue/bulkfetch', answer: fetchIssues },
  { endpoint: 'changelogs', method: 'POST', path: 'changelog/bulkfetch', answer: fetchChangelogs },
  { endpoint: 'all-statuses', method: 'GET', path: 'status', answer: listAllStatuses },
];

function listVersions({ params, query }: Call, { state, views }: RouteDeps): Reply {
  const key = params['project'] ?? '';
  if (!state.hasProject(key)) return refuse(404, `No project could be found with key '${key}'.`);
  const wanted = (query.get('query') ?? '').toLowerCase();
  const found = [...state.versions.values()].filter(
    ({ projectKey, name }) => projectKey === key && name.toLowerCase().includes(wanted),
  );
  const { startAt, maxResults } = pageOf(query);
  const values = found.slice(startAt, startAt + maxResults).map(({ id }) => views.version(id));
  return ok({ startAt, maxResults, total: found.length, isLast: startAt + values.length >= found.length, values });
}

/** Counts also what the asking account may not see. */
function countIssues({ params }: Call, { state }: RouteDeps): Reply {
  const id = params['id'] ?? '';
  if (!state.versions.has(id)) return refuse(404, 'Could not find version for id.');
  const issuesFixedCount = [...state.issues.values()].filter(({ fixVersions }) => fixVersions.includes(id)).length;
  return ok({
    customFieldUsage: [],
    issueCountWithCustomFieldsShowingVersion: 0,
    issuesAffectedCount: 0,
    issuesFixedCount,
  });
}

const BulkBody = z.strictObject({
  issueIdsOrKeys: z.array(z.string()).min(1).max(100),
  fields: z.array(z.string()).default(['*all']),
  expand: z.array(z.string()).optional(),
  fieldsByKeys: z.boolean().optional(),
  properties: z.array(z.string()).optional(),
});

/** Finds moved issues under their old keys, and leaves out what is not there or may not be seen. */
function fetchIssues({ body }: Call, { state, views }: RouteDeps): Reply {
  const parsed = BulkBody.safeParse(body);
  if (!parsed.success) return refuse(400, `Invalid request payload: ${parsed.error.issues[0]?.message}`);
  const { issueIdsOrKeys, fields } = parsed.data;
  const found = issueIdsOrKeys.flatMap((key) => state.findIssue(key) ?? []).filter(({ restricted }) => !restricted);
  const issues = [...new Set(found)].map((issue) => views.issue(issue, { fields, expandChangelog: false }));
  return ok({ issues, issueErrors: [] });
}

const ChangelogBody = z.strictObject({
  issueIdsOrKeys: z.array(z.string()).min(1).max(1000),
  fieldIds: z.array(z.string()).max(10).default([]),
  maxResults: z.int().min(1).max(10_000).default(1000),
  nextPageToken: z.string().optional(),
});

/** Histories of many issues, only the changes of the named fields; a page has so many histories. */
function fetchChangelogs({ body }: Call, { state, views }: RouteDeps): Reply {
  const parsed = ChangelogBody.safeParse(body);
  if (!parsed.success) return refuse(400, `Invalid request payload: ${parsed.error.issues[0]?.message}`);
  const { issueIdsOrKeys, fieldIds, maxResults, nextPageToken } = parsed.data;
  const start = Number(nextPageToken ?? 0);
  const all = issueIdsOrKeys
    .flatMap((key) => state.findIssue(key) ?? [])
    .filter(({ restricted }) => !restricted)
    .flatMap(({ id, changes }) =>
      changes
        .map((change) => ({
          ...change,
          items: change.items.filter(
            ({ field, fieldId = field }) => fieldIds.length === 0 || fieldIds.includes(fieldId),
          ),
        }))
        .filter(({ items }) => items.length > 0)
        .map((change) => ({ id, change })),
    );
  const end = start + maxResults;
  const byIssue = Map.groupBy(all.slice(start, end), ({ id }) => id);
  const issueChangeLogs = [...byIssue].map(([issueId, changes]) => ({
    issueId,
    changeHistories: changes.map(({ change }) => views.history(change)),
  }));
  return ok({ issueChangeLogs, ...(end < all.length ? { nextPageToken: String(end) } : {}) });
}

function listAllStatuses(_call: Call, { state, views }: RouteDeps): Reply {
  return ok(state.statuses.map((status) => views.status(status)));
}
