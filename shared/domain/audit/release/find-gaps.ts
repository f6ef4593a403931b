import { nameSome } from '../../../kernel/text/list-some.ts';
import type { CommitFacts } from '../facts/commit.ts';
import type { Gap } from '../facts/gap.ts';
import { isKnown } from '../facts/known.ts';
import type { VersionFacts } from '../facts/version.ts';
import type { RepositoryModel } from '../model/repository-model.ts';
import { findMovedRefs } from '../moved/find-moved-refs.ts';
import type { JudgedRepository } from './judge-repository.ts';
import type { JudgedChange } from './judged-change.ts';
import type { ReleaseFrame } from './release-frame.ts';

/** Each gap once, sorted by reason and subject. */
export function uniqueGaps(gaps: readonly Gap[]): Gap[] {
  const unique = new Map(gaps.map((gap) => [`${gap.reason} ${gap.subject}`, gap]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
}

/** What of a repository does not fit together, or is not known although the policy needs it. */
export function repositoryGaps(judged: JudgedRepository, frame: ReleaseFrame): Gap[] {
  return [
    ...rangeGaps(judged.model),
    ...ticketGaps(judged),
    ...factGaps(judged, frame),
    ...movedGaps(judged.model, frame),
  ];
}

/** What of the versions does not fit together. */
export function versionGaps({ facts, tickets }: ReleaseFrame): Gap[] {
  const { fixVersion, projects } = facts.request;
  if (facts.versions.length === 0)
    return [
      {
        reason: 'version-missing',
        subject: fixVersion,
        detail: `None of ${projects.join(', ')} has a version ${fixVersion} that the account of the audit can see.`,
        next: 'Check the name of the version and the permission to browse the projects.',
      },
    ];
  return facts.versions.flatMap((version) => {
    const seen = issuesSeen(version, facts.issues);
    if (!isKnown(version.fixedIssueCount) || version.fixedIssueCount === seen || !projects.includes(version.project))
      return [];
    return [
      {
        reason: 'count-mismatch' as const,
        subject: `${version.project} ${version.name}`,
        detail: `Jira counts ${version.fixedIssueCount} issues in the version, and the search showed ${seen}.`,
        next: 'Issue-level security may hide issues: let the account of the audit see them.',
      },
    ];
  });

  function issuesSeen(version: VersionFacts, issues: typeof facts.issues): number {
    return issues.filter((issue) => issue.project === version.project && tickets.inVersion(issue)).length;
  }
}

function rangeGaps({ facts, attribution }: RepositoryModel): Gap[] {
  const { repository } = facts;
  const gaps: Gap[] = attribution.missingEnds.map((sha) => ({
    reason: 'history-rewritten',
    subject: `${repository}@${sha}`,
    detail: `The list of commits does not contain ${sha.slice(0, 8)}, the end of the range.`,
    next: 'Check that the end comes after the start of the range, and run the audit again.',
  }));
  if (attribution.unreachable.length > 0)
    gaps.push({
      reason: 'history-rewritten',
      subject: repository,
      detail: `${attribution.unreachable.length} listed commits are not reachable from the end of the range.`,
      next: 'The branch was rewritten while it was read: run the audit again.',
    });
  if (facts.ranges.every((range) => range.from === 'root') && !reachesRoot(attribution.commits))
    gaps.push({
      reason: 'shallow-clone',
      subject: repository,
      detail: 'The history does not go back to its root.',
      next: 'Fetch all of it: GIT_DEPTH: 0 in .gitlab-ci.yml, or git fetch --unshallow.',
    });
  if (attribution.unattributed.length > 0)
    gaps.push({
      reason: 'limit-reached',
      subject: `${repository} commits`,
      detail: `Which merge request brought ${attribution.unattributed.length} commits is not known.`,
      next: 'Run the audit again with --resume.',
    });
  return gaps;
}

/** Whether the list has every parent of every commit in it. */
function reachesRoot(commits: readonly CommitFacts[]): boolean {
  const inRange = new Set(commits.map((commit) => commit.sha));
  return commits.every((commit) => commit.parents.every((sha) => inRange.has(sha)));
}

/** Tags and branches that named another commit in the audit before, and should not. */
function movedGaps(
  { facts: { repository, formerPaths, ranges }, attribution }: RepositoryModel,
  { facts }: ReleaseFrame,
): Gap[] {
  if (!facts.earlierAudit) return [];
  // A repository that was renamed since then stands there under its former path.
  const earlier = facts.earlierAudit.ranges.map((range) =>
    formerPaths.includes(range.repository) ? { ...range, repository } : range,
  );
  const commits = new Set(attribution.commits.map(({ sha }) => sha));
  return findMovedRefs(earlier, {
    ranges: ranges.map(({ branch, from, to }) => ({
      repository,
      branch,
      fromRef: from === 'root' ? 'root' : from.ref,
      fromSha: from === 'root' ? null : from.sha,
      toRef: to.ref,
      toSha: to.sha,
    })),
    has: (_, sha) => commits.has(sha),
    isTag: (_, ref) => ranges.some(({ to }) => to.ref === ref && to.tag === true),
  });
}

function ticketGaps({ links }: JudgedRepository): Gap[] {
  const keys = new Set(links.filter((link) => link.ticket.status === 'not-known').map((link) => link.ticket.key));
  return [...keys].map((key) => ({
    reason: 'fact-not-known',
    subject: key,
    detail: `Jira gave no answer about ${key}.`,
    next: 'Run the audit again.',
  }));
}

/** Facts the policy needs, one gap for each repository and fact: a GitLab without them would fill pages otherwise. */
function factGaps({ changes }: JudgedRepository, { facts }: ReleaseFrame): Gap[] {
  const inScope = changes.filter((one) => one.change.inScope);
  return [
    ...missingFact(inScope, 'approvals', ({ approval }) => approval !== null && !isKnown(approval.approved)),
    ...missingFact(
      inScope,
      'pipelines',
      ({ policy, pipeline, change }) =>
        policy.pipelines.required && change.kind === 'merge-request' && !isKnown(pipeline.result),
    ),
    ...missingFact(
      inScope,
      'deployments',
      ({ deployed }) => facts.request.environment !== null && deployed !== null && !isKnown(deployed),
    ),
  ];
}

function missingFact(judged: readonly JudgedChange[], fact: string, isMissing: (one: JudgedChange) => boolean): Gap[] {
  const byRepository = Map.groupBy(judged.filter(isMissing), (one) => one.model.facts.repository);
  return [...byRepository].map(([repository, changes]) => ({
    reason: 'fact-not-known',
    subject: `${repository} ${fact}`,
    detail: `The ${fact} of ${changes.length} changes are not known: ${nameSome(changes.map((one) => one.change.id).sort(), 3)}.`,
    next: 'Give the token of the audit the right to read them, run it with --deep, or relax the policy.',
  }));
}
