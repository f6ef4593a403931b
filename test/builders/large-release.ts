import type { EvidenceFetch, EvidenceRequest } from '../../shared/domain/ports/evidence.ts';
import { TaskError } from '../../shared/kernel/errors.ts';

/**
 * 1,000 commits, 300 merge requests, 20 direct pushes, 500 issues in the version and 150 keys outside it, three of them
 * unknown.
 */
export const LARGE = {
  commits: 1000,
  mergeRequests: 300,
  directPushes: 20,
  issues: 500,
  otherKeys: 150,
  unknownKeys: 3,
};

const AT = '2026-11-20T08:00:00.000+00:00';
/** Every merge request was opened a day before its last commit. */
const OPENED = '2026-11-19T08:00:00.000+00:00';
const MERGED = '2026-11-20T12:00:00.000+00:00';
const FROM = sha('f', 0);
const versions = { values: [{ id: '10', name: '2.4.0' }], isLast: true };

function sha(kind: string, number: number): string {
  return `${kind}${String(number).padStart(40 - kind.length, '0')}`;
}

function commit(id: string, parents: string[], message: string) {
  const signature = { author_name: 'Ada', author_email: 'ada@example.com', authored_date: AT, committed_date: AT };
  return { id, parent_ids: parents, message, ...signature, committer_name: 'Ada', committer_email: 'ada@example.com' };
}

/** Newest last: each merge request has one commit, 190 of them two more; direct pushes come at the end. */
function makeCommits() {
  const commits = [];
  let tip = FROM;
  for (let iid = 1; iid <= LARGE.mergeRequests; iid += 1) {
    let head = tip;
    for (let part = 0; part < (iid <= 190 ? 3 : 1); part += 1) {
      const id = sha(`a${part}`, iid);
      commits.push(commit(id, [head], `${titleOf(iid)}, part ${part}`));
      head = id;
    }
    commits.push(commit(sha('b', iid), [tip, head], `Merge branch 'x-${iid}' into 'main'`));
    tip = sha('b', iid);
  }
  for (let number = 1; number <= LARGE.directPushes; number += 1) {
    commits.push(commit(sha('d', number), [tip], `PROJ-${400 + number}: Push it`));
    tip = sha('d', number);
  }
  return { commits: commits.reverse(), tip };
}

function titleOf(iid: number): string {
  return `PROJ-${iid}${iid <= LARGE.otherKeys ? ` PROJ-${1000 + iid}` : ''}: Do it`;
}

function makeMergeRequests() {
  return Array.from({ length: LARGE.mergeRequests }, (_, index) => {
    const iid = index + 1;
    const head = sha(`a${iid <= 190 ? 2 : 0}`, iid);
    const user = { username: 'ada', name: 'Ada' };
    const branches = { source_branch: `x-${iid}`, target_branch: 'main', source_project_id: 7 };
    const shas = { sha: head, merge_commit_sha: sha('b', iid) };
    const times = { created_at: OPENED, merged_at: MERGED };
    return { iid, state: 'merged', title: titleOf(iid), ...branches, ...shas, ...times, author: user, web_url: '' };
  });
}

function issue(key: string) {
  const fields = {
    summary: key,
    issuetype: { name: 'Story' },
    status: { name: 'Done', statusCategory: { key: 'done' } },
    project: { key: 'PROJ' },
    fixVersions: Number(key.slice(5)) <= LARGE.issues ? [{ id: '10', name: '2.4.0' }] : [],
  };
  return { id: key.slice(5), key, fields };
}

export interface LargeOptions {
  /** From the last commit of each merge request to its approval; two hours unless given. */
  approvedAfterMinutes?: number;
  /** GitLab does not show the events of the project. */
  eventsForbidden?: boolean;
}

/** Services that page as GitLab and Jira do, over the large release. */
export function createLargeServices({
  approvedAfterMinutes = 120,
  eventsForbidden = false,
}: LargeOptions = {}): EvidenceFetch {
  const { commits, tip } = makeCommits();
  const approvedAt = new Date(Date.parse(AT) + approvedAfterMinutes * 60_000).toISOString();
  const approvals = Array.from({ length: LARGE.mergeRequests }, (_, index) => ({
    target_iid: LARGE.mergeRequests - index,
    author_username: 'bob',
    created_at: approvedAt,
  }));
  const lists: Record<string, readonly unknown[]> = {
    'repository/commits': commits,
    'merge_requests merged': makeMergeRequests(),
    'merge_requests opened': [],
    pipelines: Array.from({ length: 450 }, (_, index) => ({ id: index, sha: sha('b', index + 1), status: 'success' })),
    deployments: [],
    events: approvals,
  };
  const issues = Array.from({ length: LARGE.issues }, (_, index) => issue(`PROJ-${index + 1}`));

  return async (request) => {
    const url = `https://${request.service}.example/${request.path}`;
    if (request.service === 'jira') return { url, text: JSON.stringify(answerJira(request, issues)) };
    const name = request.path.replace(/^projects\/7\//, '');
    if (name === 'events' && eventsForbidden) throw new TaskError('gitlab-forbidden', { detail: name });
    const list = lists[`${name} ${request.query?.['state'] ?? ''}`.trim()];
    if (!list) return { url, text: JSON.stringify(answerGitLab(request, name, { tip, approvedAt })) };
    const page = Number(request.query?.['page'] ?? 1);
    const isLast = page * 100 >= list.length;
    const next = { path: request.path, query: { ...request.query, page: page + 1 } };
    return { url, text: JSON.stringify(list.slice((page - 1) * 100, page * 100)), ...(isLast ? {} : { next }) };
  };
}

function answerGitLab(
  request: EvidenceRequest,
  name: string,
  { tip, approvedAt }: { tip: string; approvedAt: string },
): unknown {
  if (request.path === 'projects/group%2Fapp') {
    return { id: 7, path_with_namespace: 'group/app', web_url: '', default_branch: 'main' };
  }
  if (name === 'repository/commits/main') return commit(tip, [], 'Tip');
  if (name === 'repository/commits/v2.3.0') return commit(FROM, [], 'From');
  if (/^repository\/commits\/d\d+\/merge_requests$/.test(name)) return [];
  if (/^merge_requests\/\d+\/approvals$/.test(name)) {
    return { approved_by: [{ user: { username: 'bob' }, approved_at: approvedAt }] };
  }
  if (/^merge_requests\/\d+\/versions$/.test(name)) {
    return [{ head_commit_sha: tip, created_at: AT, patch_id_sha: null }];
  }
  if (name !== 'graphql') throw new TaskError('gitlab-not-found', { detail: name });
  const { variables } = request.body as { variables: { iids: string[] } };
  const user = (username: string) => ({ nodes: [{ username, name: username, bot: false }] });
  const nodes = variables.iids.map((iid) => ({
    iid,
    commitCount: Number(iid) <= 190 ? 3 : 1,
    author: { username: 'ada', name: 'Ada', bot: false },
    approvedBy: user('bob'),
    committers: user('ada'),
    headPipeline: null,
  }));
  return { data: { project: { mergeRequests: { nodes } } } };
}

function answerJira({ path, body }: EvidenceRequest, issues: readonly ReturnType<typeof issue>[]): unknown {
  if (path === 'project/PROJ/version') return versions;
  if (path === 'version/10/relatedIssueCounts') return { issuesFixedCount: issues.length };
  if (path === 'status') return [{ id: '3', name: 'Done', statusCategory: { key: 'done' } }];
  if (path === 'changelog/bulkfetch') return { issueChangeLogs: [] };
  if (path === 'search/jql') {
    const start = Number((body as { nextPageToken?: string }).nextPageToken ?? 0);
    const isLast = start + 100 >= issues.length;
    return { issues: issues.slice(start, start + 100), isLast, ...(isLast ? {} : { nextPageToken: `${start + 100}` }) };
  }
  if (path !== 'issue/bulkfetch') throw new TaskError('jira-not-found', { detail: path });
  const { issueIdsOrKeys } = body as { issueIdsOrKeys: string[] };
  const isKnown = (key: string) => Number(key.slice(5)) <= 1000 + LARGE.otherKeys - LARGE.unknownKeys;
  return { issues: issueIdsOrKeys.filter(isKnown).map(issue) };
}
