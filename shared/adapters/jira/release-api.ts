import type { IssueType, Jira, NewIssue, ProjectVersion } from '../../domain/ports/jira.ts';
import { get, issuePath, orUndefined, parseResponse, postOnce, postRepeatable, put } from './api-request.ts';
import {
  CreatedIssueResponse,
  FixVersionsResponse,
  LabelledIssuesResponse,
  ProjectTypesResponse,
  VersionsPage,
} from './api-schemas.ts';
import { loadMarkdownToAdf } from './load-markdown-to-adf.ts';
import { readTime } from './read-issue.ts';
import type { Requester } from './requester.ts';

const PAGE_SIZE = 100;

export interface ReleaseApiDeps {
  request: Requester;
  siteUrl: string;
}

type Methods = Pick<
  Jira,
  'findVersion' | 'getFixVersions' | 'addFixVersion' | 'listLabels' | 'relabel' | 'listIssueTypes' | 'createIssue'
>;

/** Versions of projects and issues, and new issues: what a release is corrected with. */
export function createReleaseApi({ request, siteUrl }: ReleaseApiDeps): Methods {
  return {
    async findVersion(projectKey, name, signal) {
      const path = `project/${encodeURIComponent(projectKey)}/version`;
      for (let startAt = 0; ; startAt += PAGE_SIZE) {
        // The search of the API finds parts of names in any case; the name itself is compared here.
        const query = { query: name, maxResults: PAGE_SIZE, startAt };
        const answer = await orUndefined(request(get(path, query), signal));
        if (answer === undefined) return undefined;
        const { values, isLast } = parseResponse(VersionsPage, answer);
        const found = values.find((version) => version.name === name);
        if (found) return found satisfies ProjectVersion;
        if (isLast !== false || values.length === 0) return undefined;
      }
    },
    async getFixVersions(key, signal) {
      const answer = await request(get(issuePath(key), { fields: 'fixVersions' }), signal);
      const issue = parseResponse(FixVersionsResponse, answer);
      return { key: issue.key, names: issue.fields.fixVersions.map(({ name }) => name) };
    },
    async addFixVersion(key, versionId, signal) {
      await request(put(issuePath(key), { update: { fixVersions: [{ add: { id: versionId } }] } }), signal);
    },
    async listLabels(keys, signal) {
      const body = { issueIdsOrKeys: [...keys], fields: ['labels', 'created'] };
      const { issues } = parseResponse(
        LabelledIssuesResponse,
        await request(postRepeatable('issue/bulkfetch', body), signal),
      );
      return issues.map(({ key, fields }) => ({ key, labels: fields.labels, createdAt: readTime(fields.created) }));
    },
    async relabel(key, { remove, add, removeFixVersionId }, signal) {
      const update = { labels: [{ remove }, { add }], fixVersions: [{ remove: { id: removeFixVersionId } }] };
      await request(put(issuePath(key), { update }), signal);
    },
    async listIssueTypes(projectKey, signal) {
      const answer = await request(get(`project/${encodeURIComponent(projectKey)}`), signal);
      return parseResponse(ProjectTypesResponse, answer).issueTypes satisfies IssueType[];
    },
    async createIssue(issue, signal) {
      const answer = await request(postOnce('issue', { fields: await toFields(issue) }), signal);
      const { key } = parseResponse(CreatedIssueResponse, answer);
      return { key, url: `${siteUrl.replace(/\/+$/, '')}/browse/${encodeURIComponent(key)}` };
    },
  };
}

async function toFields({ projectKey, issueTypeId, summary, description, labels, fixVersionId }: NewIssue) {
  const markdownToAdf = await loadMarkdownToAdf();
  return {
    project: { key: projectKey },
    issuetype: { id: issueTypeId },
    summary,
    description: markdownToAdf(description),
    labels,
    fixVersions: [{ id: fixVersionId }],
  };
}
