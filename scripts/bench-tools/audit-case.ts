import type { EvidenceFetch, EvidenceRequest } from '../../shared/domain/ports/evidence.ts';
import { AuditPlan } from '../../shared/services/audit/plan/audit-plan.ts';

/** How large the release is; everything in it follows from these numbers. */
export interface AuditCase {
  repositories: number;
  /** Of each repository, merges included. */
  commits: number;
  /** Of each repository. Each has one merge commit, and commits of its own for the rest. */
  mergeRequests: number;
  /** Issues of the version, named by the merge requests in turn. */
  issues: number;
}

const PAGE = 100;
const START = Date.UTC(2026, 9, 1);
const SITE = 'https://gitlab.example.com';

/** The plan of the audit of such a release. */
export function planOf({ repositories }: AuditCase): AuditPlan {
  return AuditPlan.parse({
    fixVersion: '2.4.0',
    projects: ['PROJ'],
    mappedProjects: ['PROJ'],
    repositories: Array.from({ length: repositories }, (_, index) => ({
      repository: nameOf(index + 1),
      credentialRef: 'default',
      to: 'main',
      from: 'v2.3.0',
      paths: [],
    })),
    environment: null,
    scope: {},
    agentUsername: null,
    policy: {},
    deep: false,
  });
}

/**
 * GitLab and Jira of a release that is made up page by page as it is asked for, so that it costs no memory however
 * large it is. Answers have the members and the size that those of GitLab have.
 */
export function createCaseServices(size: AuditCase): EvidenceFetch {
  return async (request) => {
    const url = `https://${request.service}.example.com/${request.path}?${new URLSearchParams(
      Object.entries(request.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
    )}`;
    if (request.service === 'jira') return { url, text: JSON.stringify(answerJira(request, size)) };
    const list = listOf(request, size);
    if (!list) return { url, text: JSON.stringify(answerGitLab(request, size)) };
    const page = Number(request.query?.['page'] ?? 1);
    const start = (page - 1) * PAGE;
    const length = Math.max(0, Math.min(PAGE, list.length - start));
    const items = Array.from({ length }, (_, index) => list.item(start + index));
    const next = { path: request.path, query: { ...request.query, page: page + 1 } };
    return { url, text: JSON.stringify(items), ...(start + length < list.length ? { next } : {}) };
  };
}

function listOf({ path, query }: EvidenceRequest, size: AuditCase) {
  const [, repository, name] = /^projects\/(\d+)\/(.+)$/.exec(path) ?? [];
  const number = Number(repository);
  switch (name) {
    case 'repository/commits':
      return { length: size.commits, item: (index: number) => commitAt(number, size.commits - 1 - index, size) };
    case 'merge_requests':
      return {
        length: query?.['state'] === 'merged' ? size.mergeRequests : 0,
        item: (index: number) => mergeRequest(number, size.mergeRequests - index, size),
      };
    case 'events':
      return {
        length: size.mergeRequests,
        item: (index: number) => approvalEvent(number, size.mergeRequests - index, size),
      };
    case 'pipelines':
      return {
        length: size.mergeRequests,
        item: (index: number) => pipeline(number, size.mergeRequests - index, size),
      };
    default:
      return undefined;
  }
}

/** Where a commit of a repository stands, oldest first from 0: the commits of each merge request, then its merge. */
interface Place {
  iid: number;
  part: number;
  isMerge: boolean;
}

function firstOf(iid: number, { commits, mergeRequests }: AuditCase): number {
  return Math.floor(((iid - 1) * commits) / mergeRequests);
}

function placeOf(index: number, size: AuditCase): Place {
  let iid = Math.max(1, Math.floor((index * size.mergeRequests) / size.commits));
  while (iid < size.mergeRequests && firstOf(iid + 1, size) <= index) iid += 1;
  const isMerge = firstOf(iid + 1, size) - 1 === index;
  return { iid, part: index - firstOf(iid, size), isMerge };
}

function commitAt(repository: number, index: number, size: AuditCase) {
  const { iid, part, isMerge } = placeOf(index, size);
  const first = firstOf(iid, size);
  const tip = sha(repository, first - 1);
  const parents = isMerge ? [tip, sha(repository, index - 1)] : [part === 0 ? tip : sha(repository, index - 1)];
  const id = sha(repository, index);
  const title = isMerge
    ? `Merge branch 'feature-${iid}' into 'main'`
    : `${titleOf(repository, iid, size)}, part ${part}`;
  const body = isMerge
    ? `${titleOf(repository, iid, size)}\n\nSee merge request ${nameOf(repository)}!${iid}`
    : 'It reads the value once and keeps it, because the service behind it is slow and is asked for it again\nby every part of the page.';
  const person = personAt(iid + part);
  const at = timeAt(index);
  return {
    id,
    short_id: id.slice(0, 8),
    created_at: at,
    parent_ids: parents,
    title,
    message: `${title}\n\n${body}\n`,
    author_name: person.name,
    author_email: `${person.username}@example.com`,
    authored_date: at,
    committer_name: person.name,
    committer_email: `${person.username}@example.com`,
    committed_date: at,
    trailers: {},
    extended_trailers: {},
    web_url: `${SITE}/${nameOf(repository)}/-/commit/${id}`,
  };
}

function mergeRequest(repository: number, iid: number, size: AuditCase) {
  const merge = firstOf(iid + 1, size) - 1;
  const project = nameOf(repository);
  const author = user(personAt(iid));
  const merger = user(personAt(iid + 1));
  return {
    id: repository * 1_000_000 + iid,
    iid,
    project_id: repository,
    title: titleOf(repository, iid, size),
    description: `What it does, and why.\n\n- one thing\n- another thing of request ${iid}\n`,
    state: 'merged',
    created_at: timeAt(merge - 1),
    updated_at: timeAt(merge),
    merged_by: merger,
    merge_user: merger,
    merged_at: timeAt(merge),
    closed_by: null,
    closed_at: null,
    target_branch: 'main',
    source_branch: `feature-${iid}`,
    user_notes_count: 3,
    upvotes: 0,
    downvotes: 0,
    author,
    assignees: [author],
    assignee: author,
    reviewers: [merger],
    source_project_id: repository,
    target_project_id: repository,
    labels: ['backend', `team-${iid % 7}`],
    draft: false,
    imported: false,
    imported_from: 'none',
    work_in_progress: false,
    milestone: null,
    merge_when_pipeline_succeeds: false,
    merge_status: 'can_be_merged',
    detailed_merge_status: 'not_open',
    merge_after: null,
    sha: sha(repository, merge - 1),
    merge_commit_sha: sha(repository, merge),
    squash_commit_sha: null,
    discussion_locked: null,
    should_remove_source_branch: true,
    force_remove_source_branch: true,
    prepared_at: timeAt(merge - 1),
    reference: `!${iid}`,
    references: { short: `!${iid}`, relative: `!${iid}`, full: `${project}!${iid}` },
    web_url: `${SITE}/${project}/-/merge_requests/${iid}`,
    time_stats: { time_estimate: 0, total_time_spent: 0, human_time_estimate: null, human_total_time_spent: null },
    squash: false,
    squash_on_merge: false,
    task_completion_status: { count: 0, completed_count: 0 },
    has_conflicts: false,
    blocking_discussions_resolved: true,
    approvals_before_merge: null,
  };
}

function approvalEvent(repository: number, iid: number, size: AuditCase) {
  const by = user(personAt(iid + 1));
  return {
    id: repository * 1_000_000 + iid,
    project_id: repository,
    action_name: 'approved',
    target_id: repository * 1_000_000 + iid,
    target_iid: iid,
    target_type: 'MergeRequest',
    author_id: by.id,
    target_title: titleOf(repository, iid, size),
    created_at: timeAt(firstOf(iid + 1, size) - 1),
    author: by,
    imported: false,
    imported_from: 'none',
    author_username: by.username,
  };
}

function pipeline(repository: number, iid: number, size: AuditCase) {
  const merge = firstOf(iid + 1, size) - 1;
  return {
    id: repository * 1_000_000 + iid,
    iid,
    project_id: repository,
    sha: sha(repository, merge),
    ref: 'main',
    status: 'success',
    source: 'push',
    created_at: timeAt(merge),
    updated_at: timeAt(merge),
    web_url: `${SITE}/${nameOf(repository)}/-/pipelines/${repository * 1_000_000 + iid}`,
    name: null,
  };
}

function answerGitLab({ path, body }: EvidenceRequest, size: AuditCase): unknown {
  const named = /^projects\/group%2Fservice-(\d+)$/.exec(path);
  if (named) {
    const repository = Number(named[1]);
    const name = nameOf(repository);
    return { id: repository, path_with_namespace: name, web_url: `${SITE}/${name}`, default_branch: 'main' };
  }
  const ref = /^projects\/(\d+)\/repository\/commits\/(.+)$/.exec(path);
  if (ref) {
    const index = ref[2] === 'main' ? size.commits - 1 : -1;
    return { ...commitAt(Number(ref[1]), Math.max(0, index), size), id: sha(Number(ref[1]), index) };
  }
  if (path.endsWith('/approvals')) return { approved_by: [] };
  const { variables } = body as { variables: { path: string; iids: string[] } };
  const repository = Number(variables.path.replace(/^\D+/, ''));
  const nodes = variables.iids.map((iid) => details(repository, Number(iid), size));
  return { data: { project: { mergeRequests: { nodes } } } };
}

function details(repository: number, iid: number, size: AuditCase) {
  const merge = firstOf(iid + 1, size) - 1;
  const own = Array.from({ length: merge - firstOf(iid, size) }, (_, part) =>
    commitAt(repository, firstOf(iid, size) + part, size),
  );
  const graphUser = ({ username, name }: Person) => ({ username, name, bot: false });
  return {
    iid: String(iid),
    commitCount: own.length,
    author: graphUser(personAt(iid)),
    approvedBy: { nodes: [graphUser(personAt(iid + 1))] },
    committers: { nodes: [graphUser(personAt(iid))] },
    headPipeline: {
      id: `gid://gitlab/Ci::Pipeline/${repository * 1_000_000 + iid + 500_000}`,
      sha: sha(repository, merge - 1),
      ref: `feature-${iid}`,
      status: 'SUCCESS',
      warnings: false,
      path: `/${nameOf(repository)}/-/pipelines/${iid}`,
    },
    commitsWithoutMergeCommits: {
      nodes: own.reverse().map((one) => ({
        sha: one.id,
        message: one.message,
        authorName: one.author_name,
        authorEmail: one.author_email,
        committerName: one.committer_name,
        committerEmail: one.committer_email,
        committedDate: one.committed_date,
      })),
    },
  };
}

function answerJira({ path, body }: EvidenceRequest, size: AuditCase): unknown {
  if (path === 'project/PROJ/version') return { values: [{ id: '10', name: '2.4.0' }], isLast: true };
  if (path === 'version/10/relatedIssueCounts') return { issuesFixedCount: size.issues };
  if (path === 'status') return [{ id: '3', name: 'Done', statusCategory: { key: 'done' } }];
  if (path === 'changelog/bulkfetch') return { issueChangeLogs: [] };
  const start = Number((body as { nextPageToken?: string }).nextPageToken ?? 0);
  const length = Math.max(0, Math.min(PAGE, size.issues - start));
  const issues = Array.from({ length }, (_, index) => issue(start + index + 1));
  const isLast = start + length >= size.issues;
  return { issues, isLast, ...(isLast ? {} : { nextPageToken: String(start + length) }) };
}

function issue(number: number) {
  const person = personAt(number);
  return {
    id: String(10_000 + number),
    key: `PROJ-${number}`,
    fields: {
      summary: `Answer the question number ${number} faster than before`,
      issuetype: { name: 'Story', subtask: false },
      status: { name: 'Done', statusCategory: { key: 'done' } },
      resolution: { name: 'Done' },
      project: { key: 'PROJ' },
      fixVersions: [{ id: '10', name: '2.4.0' }],
      labels: ['backend'],
      components: [{ name: `Part ${number % 9}` }],
      assignee: { accountId: `account-${person.username}`, displayName: person.name, accountType: 'atlassian' },
      issuelinks: [],
    },
  };
}

function titleOf(repository: number, iid: number, { issues, mergeRequests }: AuditCase): string {
  return `PROJ-${(((repository - 1) * mergeRequests + iid - 1) % issues) + 1}: Answer the question faster`;
}

interface Person {
  username: string;
  name: string;
  id: number;
}

function personAt(number: number): Person {
  const id = (number % 40) + 1;
  return { id, username: `person-${id}`, name: `Person Number ${id}` };
}

function user({ id, username, name }: Person) {
  return {
    id,
    username,
    public_email: null,
    name,
    state: 'active',
    locked: false,
    avatar_url: `https://secure.gravatar.com/avatar/${id}?s=80&d=identicon`,
    web_url: `${SITE}/${username}`,
  };
}

function nameOf(repository: number): string {
  return `group/service-${repository}`;
}

/** Spread over the hexadecimal digits as real ones are, so that they sort in no order of time. */
function sha(repository: number, index: number): string {
  const mixed = Math.imul(index + 2, 2_654_435_761) >>> 0;
  return `${mixed.toString(16).padStart(8, '0')}${repository.toString(16).padStart(8, '0')}${(index + 1).toString(16).padStart(24, '0')}`;
}

function timeAt(index: number): string {
  return new Date(START + Math.max(0, index) * 60_000).toISOString().replace('Z', '+00:00');
}
