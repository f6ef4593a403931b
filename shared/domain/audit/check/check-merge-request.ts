import { toIso } from '../../../kernel/to-iso.ts';
import { auditRelease } from '../audit-release.ts';
import { mergeRequestId } from '../changes/audit-change.ts';
import type { AuditFacts, AuditRequest } from '../facts/audit-facts.ts';
import type { CommitFacts } from '../facts/commit.ts';
import type { GapReason } from '../facts/gap.ts';
import { type Instant, millisecondsOf } from '../facts/instant.ts';
import { isKnown } from '../facts/known.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import type { RepositoryFacts } from '../facts/repository.ts';
import type { AuditPolicy } from '../policy/audit-policy.ts';
import type { MergeRequestCheck } from './merge-request-check.ts';

/** What the check of one merge request is made from. */
export interface MergeRequestCheckFacts
  extends Pick<AuditFacts, 'issues' | 'lookups' | 'versions' | 'agentRuns' | 'criteriaMarks' | 'sources' | 'gaps'> {
  /** A fix version of null: whether the ticket is in a version is not asked. */
  request: Omit<AuditRequest, 'fixVersion' | 'environment'> & { fixVersion: string | null };
  repository: Pick<
    RepositoryFacts,
    'repository' | 'projectId' | 'url' | 'formerPaths' | 'paths' | 'mergeMethod' | 'source'
  >;
  mergeRequest: MergeRequestFacts;
  /** Commits of its source branch that the target does not have. */
  commits: CommitFacts[];
  /** What its messages say they take back, as far as GitLab has it. */
  revertedCommits?: CommitFacts[];
  revertedMergeRequests?: MergeRequestFacts[];
}

/** What is missing of a release says nothing about one merge request. */
const OF_RELEASES: ReadonlySet<GapReason> = new Set(['version-missing', 'count-mismatch', 'branch-not-audited']);

/**
 * The rules of the audit for one merge request before it is merged, as if its commits were merged now. A pipeline that
 * is missing or not finished is no finding: the check itself runs in it. A failed one is.
 */
export function checkMergeRequest(facts: MergeRequestCheckFacts, policy: AuditPolicy): MergeRequestCheck {
  const id = mergeRequestId(facts.repository.repository, facts.mergeRequest.iid);
  const asked: AuditPolicy = { ...policy, pipelines: { required: false } };
  const report = auditRelease(asRelease(facts), asked);
  const change = report.changes.find((one) => one.id === id);
  if (!change) throw new RangeError('A merge request without commits cannot be checked.');
  const versionless = facts.request.fixVersion === null;

  const gaps = report.gaps.filter(({ reason }) => !OF_RELEASES.has(reason));
  const findings = report.findings.filter(
    (one) =>
      (one.subject.id === id && !(versionless && one.rule === 'ticket-not-in-version')) ||
      (one.rule === 'incomplete' && gaps.some((gap) => gap.subject === one.subject.id)),
  );
  const failing = findings.some((one) => one.waived === null);
  const ids = findings.filter((one) => one.subject.id === id).map((one) => one.id);
  return {
    schema: 'cmap.audit-check.v1',
    result: gaps.length > 0 ? 'incomplete' : failing ? 'findings' : 'clean',
    change: { ...change, mergedAt: null, findings: ids },
    ledger: isKnown(facts.agentRuns) ? 'read' : 'not-known',
    findings,
    gaps,
  };
}

/** A release of this merge request alone. GitLab's answer for every commit is known: this one. */
export function asRelease(facts: MergeRequestCheckFacts): AuditFacts {
  const { mergeRequest, commits, request } = facts;
  const now = request.now;
  const branch = mergeRequest.targetBranch;
  const head = mergeRequest.sha ?? commits[0]?.sha ?? '';
  const listed = commits.map((commit) => ({ ...commit, branches: [branch] }));
  const merged: MergeRequestFacts = {
    ...mergeRequest,
    state: 'merged',
    // The clock of this machine may be behind that of GitLab, and an approval of today was given before the merge.
    mergedAt: latestOf([now, ...timesOf(mergeRequest)]),
    mergeCommitSha: null,
    squashCommitSha: null,
    commitCount: Math.max(1, commits.length),
    sourceCommits: commits,
  };
  const start = { ref: branch, sha: head, committedAt: 'not-known' as const };
  return {
    ...facts,
    request: { ...request, fixVersion: request.fixVersion ?? '-', environment: null },
    earlierReleases: [],
    calls: { gitlab: 0, jira: 0 },
    callsFloor: { gitlab: 0, jira: 0 },
    repositories: [
      {
        ...facts.repository,
        ranges: [
          { branch, from: start, to: { ref: mergeRequest.sourceBranch, sha: head, committedAt: now }, sources: [] },
        ],
        commits: listed,
        elsewhere: facts.revertedCommits ?? [],
        mergeRequests: [merged, ...(facts.revertedMergeRequests ?? [])],
        pipelines: [],
        deployments: [],
        askedCommits: commits.map((commit) => ({
          sha: commit.sha,
          mergeRequestIids: [mergeRequest.iid],
          source: commit.source,
        })),
      },
    ],
  };
}

function timesOf({ approvals }: MergeRequestFacts): Instant[] {
  return isKnown(approvals) ? approvals.map(({ at }) => at).filter(isKnown) : [];
}

function latestOf(times: readonly Instant[]): Instant {
  return toIso(times.map(millisecondsOf).reduce((a, b) => Math.max(a, b)));
}
