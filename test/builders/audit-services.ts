import { AuditPolicy } from '../../shared/domain/audit/policy/audit-policy.ts';
import type { EvidenceFetch, EvidenceRequest } from '../../shared/domain/ports/evidence.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { AuditPlan } from '../../shared/services/audit/plan/audit-plan.ts';
import { shaOf } from './audit-report.ts';

export function anAuditPlan(overrides: Partial<AuditPlan> = {}): AuditPlan {
  return {
    fixVersion: '2.4.0',
    projects: ['PROJ'],
    mappedProjects: ['PROJ'],
    repositories: [{ repository: 'group/app', credentialRef: 'default', to: 'main', from: 'v2.3.0', paths: [] }],
    environment: null,
    scope: {},
    agentUsername: null,
    policy: AuditPolicy.parse({}),
    deep: false,
    ...overrides,
  };
}

type Answers = Record<string, unknown>;

const commit = (sha: string, message: string, parents: string[]) => ({
  id: sha,
  parent_ids: parents,
  title: message,
  message,
  author_name: 'Ada',
  author_email: 'ada@example.com',
  authored_date: '2026-11-20T08:00:00.000+00:00',
  committer_name: 'Ada',
  committer_email: 'ada@example.com',
  committed_date: '2026-11-20T08:00:00.000+00:00',
  web_url: `https://gitlab.example/group/app/-/commit/${sha}`,
});

const issue = (number: number) => ({
  id: String(1000 + number),
  key: `PROJ-${number}`,
  fields: {
    summary: `Story ${number}`,
    issuetype: { name: 'Story', subtask: false },
    status: { name: 'Done', statusCategory: { key: 'done' } },
    project: { key: 'PROJ' },
    fixVersions: [{ id: '10', name: '2.4.0' }],
  },
});

/** A release of one approved merge request for PROJ-1; PROJ-2 has no code. Keys are `<service> <METHOD> <path>`. */
export function aReleaseAsServicesShowIt(): Answers {
  const [merge, head, from] = [shaOf(3), shaOf(2), shaOf(1)];
  return {
    'jira GET project/PROJ/version': { values: [{ id: '10', name: '2.4.0', released: true }], isLast: true },
    'jira GET version/10/relatedIssueCounts': { issuesFixedCount: 2 },
    'jira POST search/jql': { issues: [issue(1), issue(2)], isLast: true },
    'jira POST changelog/bulkfetch': { issueChangeLogs: [] },
    'jira GET status': [{ id: '3', name: 'Done', statusCategory: { key: 'done' } }],
    'gitlab GET projects/group%2Fapp': {
      id: 7,
      path_with_namespace: 'group/app',
      web_url: 'https://gitlab.example/group/app',
      default_branch: 'main',
      merge_method: 'merge',
    },
    'gitlab GET projects/7/repository/commits/main': commit(merge, "Merge branch 'x' into 'main'", [from, head]),
    'gitlab GET projects/7/repository/commits/v2.3.0': commit(from, 'Before', []),
    'gitlab GET projects/7/repository/commits': [
      commit(merge, "Merge branch 'x' into 'main'", [from, head]),
      commit(head, 'PROJ-1: Greet people by name', [from]),
    ],
    'gitlab GET projects/7/merge_requests merged': [
      {
        iid: 1,
        state: 'merged',
        title: 'PROJ-1: Greet people by name',
        source_branch: 'x',
        target_branch: 'main',
        source_project_id: 7,
        sha: head,
        merge_commit_sha: merge,
        created_at: '2026-11-20T08:00:00.000Z',
        merged_at: '2026-11-20T10:00:00.000Z',
        author: { username: 'ada', name: 'Ada' },
        merge_user: { username: 'bob', name: 'Bob' },
        web_url: 'https://gitlab.example/group/app/-/merge_requests/1',
      },
    ],
    'gitlab GET projects/7/merge_requests opened': [],
    'gitlab POST graphql': {
      data: {
        project: {
          mergeRequests: {
            nodes: [
              {
                iid: '1',
                commitCount: 1,
                author: { username: 'ada', name: 'Ada', bot: false },
                approvedBy: { nodes: [{ username: 'bob', name: 'Bob', bot: false }] },
                committers: { nodes: [{ username: 'ada', name: 'Ada', bot: false }] },
                commitsWithoutMergeCommits: { nodes: [] },
                headPipeline: { id: 'gid://gitlab/Ci::Pipeline/5', sha: head, status: 'SUCCESS', warnings: false },
              },
            ],
          },
        },
      },
    },
    'gitlab GET projects/7/merge_requests/1/approvals': {
      approved_by: [{ user: { username: 'bob', name: 'Bob' }, approved_at: '2026-11-20T09:00:00.000Z' }],
    },
    'gitlab GET projects/7/pipelines': [
      { id: 6, sha: merge, ref: 'main', status: 'success', web_url: 'https://gitlab.example/group/app/-/pipelines/6' },
    ],
  };
}

/** Services that answer from a table; what is not in it is not found. `asked` has every question in order. */
export function createAuditServices(answers: Answers, asked: string[] = []): EvidenceFetch {
  return async (request) => {
    const name = nameOf(request);
    asked.push(name);
    const answer = answers[name];
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new TaskError(NOT_FOUND[request.service], { detail: name });
    return { url: `https://${request.service}.example/${request.path}`, text: JSON.stringify(answer) };
  };
}

const NOT_FOUND = { gitlab: 'gitlab-not-found', jira: 'jira-not-found', git: 'clone-commit-missing' } as const;

function nameOf({ service, method, path, query }: EvidenceRequest): string {
  const state = path.endsWith('/merge_requests') && query?.['state'] ? ` ${query['state']}` : '';
  return `${service} ${method} ${path}${state}`;
}
