import { createHash } from 'node:crypto';
import type { AuditFacts } from '../../shared/domain/audit/facts/audit-facts.ts';
import type { CommitFacts } from '../../shared/domain/audit/facts/commit.ts';
import type { IssueFacts } from '../../shared/domain/audit/facts/issue.ts';
import type { Approval, MergeRequestFacts } from '../../shared/domain/audit/facts/merge-request.ts';
import type { Person } from '../../shared/domain/audit/facts/person.ts';
import type { PipelineFacts } from '../../shared/domain/audit/facts/pipeline.ts';
import type { RepositoryFacts } from '../../shared/domain/audit/facts/repository.ts';
import type { VersionFacts } from '../../shared/domain/audit/facts/version.ts';

/** A stable SHA for a short name, so that histories in tests can be written with letters. */
export function sha(name: string): string {
  return createHash('sha1').update(name).digest('hex');
}

/** `minutes` after the first of November 2026, in UTC. */
export function at(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 1) + minutes * 60_000).toISOString();
}

export function aPerson(username: string, overrides: Partial<Person> = {}): Person {
  return {
    username,
    name: username,
    emails: [`${username}@example.com`],
    accountId: 'not-known',
    bot: false,
    ...overrides,
  };
}

/** A commit by its short name; parents are short names too. */
export function aCommit(
  name: string,
  { parents = [], ...overrides }: Partial<Omit<CommitFacts, 'parents'>> & { parents?: string[] } = {},
): CommitFacts {
  const author = { name: 'ann', email: 'ann@example.com' };
  return {
    sha: sha(name),
    parents: parents.map(sha),
    subject: `Change ${name}`,
    body: '',
    trailers: [],
    author,
    committer: overrides.author ?? author,
    authoredAt: at(0),
    committedAt: at(0),
    branches: ['main'],
    patchId: 'not-known',
    paths: 'not-known',
    url: `https://gitlab.example.com/group/app/-/commit/${name}`,
    source: 'commits',
    ...overrides,
  };
}

/** Commits on top of one another, oldest first; the first one has no parent in the list. */
export function aChain(...names: string[]): CommitFacts[] {
  return names.map((name, index) => aCommit(name, { parents: [names[index - 1] ?? 'before'] }));
}

export function anApproval(username: string, minutes: number | 'not-known' = 60): Approval {
  return { by: aPerson(username), at: minutes === 'not-known' ? minutes : at(minutes) };
}

export function aPipeline(name: string, overrides: Partial<PipelineFacts> = {}): PipelineFacts {
  return {
    id: 1,
    sha: sha(name),
    ref: 'main',
    status: 'success',
    allowedFailures: false,
    url: 'https://gitlab.example.com/group/app/-/pipelines/1',
    source: 'pipelines',
    ...overrides,
  };
}

/** A merged one by ann, approved by bob after the code, with a pipeline that passed. */
export function aMergeRequest(iid: number, overrides: Partial<MergeRequestFacts> = {}): MergeRequestFacts {
  const head = overrides.mergeCommitSha ?? overrides.squashCommitSha ?? overrides.sha ?? sha(`head-${iid}`);
  return {
    iid,
    state: 'merged',
    title: `PROJ-${iid}: change ${iid}`,
    description: '',
    sourceBranch: `feature-${iid}`,
    sourceProject: 'group/app',
    targetBranch: 'main',
    labels: [],
    sha: null,
    mergeCommitSha: null,
    squashCommitSha: null,
    commitCount: 'not-known',
    createdAt: at(0),
    mergedAt: at(100),
    author: aPerson('ann'),
    mergedBy: aPerson('ann'),
    committers: [aPerson('ann')],
    approvals: [anApproval('bob')],
    diffVersions: 'not-known',
    sourceCommits: 'not-known',
    headPipeline: { ...aPipeline('x'), sha: head },
    paths: 'not-known',
    url: `https://gitlab.example.com/group/app/-/merge_requests/${iid}`,
    source: 'merge-requests',
    approvalsSource: 'approvals',
    ...overrides,
  };
}

/** A finished story of PROJ in version 2.4.0. */
export function anIssue(key: string, overrides: Partial<IssueFacts> = {}): IssueFacts {
  return {
    key,
    id: `id-${key}`,
    project: key.replace(/-\d+$/, ''),
    summary: `Story ${key}`,
    type: 'Story',
    subtask: false,
    parent: null,
    subtasks: [],
    status: 'Done',
    statusCategory: 'done',
    resolution: 'Done',
    fixVersions: [{ id: `v-${key.replace(/-\d+$/, '')}`, name: '2.4.0' }],
    labels: [],
    components: [],
    links: [],
    assignee: null,
    reopenedAt: [],
    addedToVersionAt: null,
    url: `https://jira.example.com/browse/${key}`,
    source: 'issues',
    ...overrides,
  };
}

export function aVersion(project: string, overrides: Partial<VersionFacts> = {}): VersionFacts {
  return {
    project,
    id: `v-${project}`,
    name: '2.4.0',
    released: false,
    releaseDate: '2026-11-30',
    fixedIssueCount: 'not-known',
    url: `https://jira.example.com/projects/${project}/versions/v-${project}`,
    source: 'versions',
    ...overrides,
  };
}

/** A repository whose one range ends at the commit named `to` on main. */
export function aRepository(to: string, overrides: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return {
    repository: 'group/app',
    projectId: 7,
    url: 'https://gitlab.example.com/group/app',
    formerPaths: [],
    paths: [],
    mergeMethod: 'merge',
    ranges: [aRange(to)],
    commits: [],
    elsewhere: [],
    mergeRequests: [],
    pipelines: [],
    deployments: [],
    askedCommits: [],
    source: 'repository',
    ...overrides,
  };
}

export function aRange(to: string, branch = 'main'): RepositoryFacts['ranges'][number] {
  return {
    branch,
    from: { ref: 'v2.3.0', sha: sha('before'), committedAt: at(0) },
    to: { ref: branch, sha: sha(to), committedAt: at(1000) },
    sources: ['refs'],
  };
}

/** The answer that no merge request has these commits. */
export function askedInVain(...names: string[]): RepositoryFacts['askedCommits'] {
  return names.map((name) => ({ sha: sha(name), mergeRequestIids: [], source: 'asked' }));
}

/** Facts of an audit of PROJ 2.4.0; what is not said is ordinary. */
export function someFacts({
  request,
  ...overrides
}: Partial<Omit<AuditFacts, 'request'>> & {
  request?: Partial<AuditFacts['request']>;
} = {}): AuditFacts {
  return {
    request: {
      fixVersion: '2.4.0',
      projects: ['PROJ'],
      mappedProjects: ['PROJ', 'OPS'],
      environment: null,
      scope: {},
      now: '2026-11-28T12:00:00.000Z',
      toolVersion: '0.1.0',
      agentUsername: 'cmap-bot',
      ...request,
    },
    repositories: [],
    versions: [aVersion('PROJ')],
    issues: [],
    lookups: [],
    earlierReleases: [],
    agentRuns: [],
    sources: [],
    gaps: [],
    calls: { gitlab: 0, jira: 0 },
    callsFloor: { gitlab: 0, jira: 0 },
    ...overrides,
  };
}
