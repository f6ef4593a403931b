import { AuditPolicy } from '../../shared/domain/audit/policy/audit-policy.ts';
import type { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import type { ReportChange } from '../../shared/domain/audit/report/change.ts';
import type { ReportCommit } from '../../shared/domain/audit/report/commit.ts';
import type { Finding } from '../../shared/domain/audit/report/finding.ts';
import type { ReportStory } from '../../shared/domain/audit/report/story.ts';

const GITLAB = 'https://gitlab.example';
const JIRA = 'https://jira.example';

export function aReportStory(overrides: Partial<ReportStory> = {}): ReportStory {
  const key = overrides.key ?? 'PROJ-1';
  return {
    key,
    project: 'PROJ',
    summary: 'Greet people by name',
    type: 'Story',
    subtask: false,
    parent: null,
    status: 'Done',
    statusCategory: 'done',
    resolution: 'Done',
    assignee: 'Ada',
    labels: [],
    components: ['api'],
    fixVersions: ['2.4.0'],
    needsCode: true,
    noCodeReason: null,
    coverage: 'code',
    coveredBy: null,
    changes: ['group/app!1'],
    mentions: [],
    findings: [],
    url: `${JIRA}/browse/${key}`,
    sources: ['s1'],
    ...overrides,
  };
}

export function aReportChange(overrides: Partial<ReportChange> = {}): ReportChange {
  const iid = overrides.iid ?? 1;
  return {
    id: `group/app!${iid}`,
    kind: 'merge-request',
    repository: 'group/app',
    iid,
    title: 'PROJ-1: Greet people by name',
    author: 'ada',
    mergedBy: 'bob',
    mergedAt: '2026-11-20T10:00:00.000Z',
    sourceBranch: 'agent/PROJ-1',
    targetBranch: 'main',
    attribution: 'merge-commit',
    mergedSha: shaOf(iid),
    commits: [shaOf(iid)],
    carriers: [],
    carrierOnly: false,
    keys: ['PROJ-1'],
    reverted: 'no',
    reverts: [],
    inScope: true,
    agent: null,
    approvals: [{ by: 'bob', at: '2026-11-20T09:00:00.000Z', verdict: 'counts' }],
    approvalsRequired: 1,
    approved: true,
    pipeline: { result: 'passed', status: 'success', sha: shaOf(iid), url: `${GITLAB}/group/app/-/pipelines/1` },
    deployments: [],
    findings: [],
    url: `${GITLAB}/group/app/-/merge_requests/${iid}`,
    sources: ['s2'],
    ...overrides,
  };
}

export function aReportCommit(overrides: Partial<ReportCommit> = {}): ReportCommit {
  const sha = overrides.sha ?? shaOf(1);
  return {
    sha,
    repository: 'group/app',
    subject: 'PROJ-1: Greet people by name',
    author: 'Ada',
    authorEmail: 'ada@example.com',
    committedAt: '2026-11-20T08:00:00.000Z',
    branches: ['main'],
    merge: false,
    change: 'group/app!1',
    keys: ['PROJ-1'],
    reverts: null,
    revertedBy: null,
    cherryPickOf: null,
    run: null,
    inScope: true,
    url: `${GITLAB}/group/app/-/commit/${sha}`,
    source: 's2',
    ...overrides,
  };
}

export function aFindingRow(overrides: Partial<Finding> = {}): Finding {
  return {
    id: 'issue-without-code PROJ-2',
    rule: 'issue-without-code',
    severity: 'high',
    subject: { kind: 'issue', id: 'PROJ-2' },
    related: [],
    detail: 'PROJ-2 is in the version, and no change of the range names it.',
    next: 'Merge its change, or take the issue out of the version.',
    waived: null,
    sources: ['s1'],
    ...overrides,
  };
}

/** A report with one covered story, unless said otherwise. Counts are made from its lists. */
export function anAuditReport(overrides: Partial<Omit<AuditReport, 'summary'>> = {}): AuditReport {
  const lists = {
    findings: [] as Finding[],
    stories: [aReportStory()],
    changes: [aReportChange()],
    commits: [aReportCommit()],
    links: [
      {
        key: 'PROJ-1',
        written: 'PROJ-1',
        change: 'group/app!1',
        via: 'subject' as const,
        covers: true,
        ticket: 'in-version' as const,
        moved: false,
        commits: [shaOf(1)],
      },
    ],
    waivers: [],
    gaps: [],
    sources: [
      aSource('s1', 'jira', `${JIRA}/rest/api/3/search/jql`),
      aSource('s2', 'gitlab', `${GITLAB}/api/v4/projects/7/repository/commits`),
    ],
    ...overrides,
  };
  const { findings, stories, changes, commits, gaps, waivers, links } = lists;
  const open = findings.filter(({ waived }) => waived === null);
  const need = stories.filter(({ needsCode }) => needsCode);
  const covered = need.filter(({ coverage }) => coverage !== 'none');
  return {
    schema: 'cmap.audit.v1',
    policy: AuditPolicy.parse({}),
    repositoryPolicies: {},
    repositories: [
      {
        repository: 'group/app',
        projectId: 7,
        url: `${GITLAB}/group/app`,
        formerPaths: [],
        paths: [],
        mergeMethod: 'merge',
      },
    ],
    versions: [
      {
        project: 'PROJ',
        id: '10',
        name: '2.4.0',
        released: true,
        releaseDate: '2026-11-28',
        issues: stories.length,
        fixedIssueCount: stories.length,
        url: `${JIRA}/projects/PROJ/versions/10`,
      },
    ],
    ...lists,
    summary: {
      schema: 'cmap.audit-summary.v1',
      fixVersion: '2.4.0',
      projects: ['PROJ'],
      environment: null,
      scope: {},
      auditedAt: '2026-11-28T12:00:00.000Z',
      toolVersion: '0.1.0',
      policySha256: 'f'.repeat(64),
      result: gaps.length > 0 ? 'incomplete' : open.length > 0 ? 'findings' : 'clean',
      coverage: {
        withNetCode: covered.length,
        needCode: need.length,
        ratio: need.length === 0 ? null : covered.length / need.length,
      },
      counts: {
        stories: stories.length,
        storiesWithoutCode: need.length - covered.length,
        commits: commits.length,
        commitsOutOfScope: 0,
        mergeRequestsOutOfScope: 0,
        directPushesOutOfScope: 0,
        mergeRequests: changes.filter(({ kind }) => kind === 'merge-request').length,
        directPushes: changes.filter(({ kind }) => kind === 'direct-push').length,
        changesWithoutTicket: changes.filter(({ keys }) => keys.length === 0).length,
        agentChanges: changes.filter(({ agent }) => agent !== null).length,
        links: links.length,
        findings: findings.length,
        findingsWaived: findings.length - open.length,
        waivers: waivers.length,
        gaps: gaps.length,
      },
      findingsBySeverity: {
        high: open.filter(({ severity }) => severity === 'high').length,
        medium: open.filter(({ severity }) => severity === 'medium').length,
        low: open.filter(({ severity }) => severity === 'low').length,
      },
      findingsByRule: {},
      ranges: [
        {
          repository: 'group/app',
          branch: 'main',
          fromRef: 'v2.3.0',
          fromSha: shaOf(900),
          toRef: 'main',
          toSha: shaOf(1),
          commits: commits.length,
        },
      ],
      calls: { gitlab: 12, jira: 4 },
      calls_floor: { gitlab: 12, jira: 4 },
    },
  };
}

export function shaOf(number: number): string {
  return number.toString(16).padStart(40, '0');
}

function aSource(id: string, service: 'gitlab' | 'jira', url: string) {
  return { id, service, url, readAt: '2026-11-28T11:59:00.000Z', sha256: 'a'.repeat(64) };
}
