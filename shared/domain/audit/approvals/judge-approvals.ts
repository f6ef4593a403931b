import { isMerge, type MergeRequestChange } from '../changes/audit-change.ts';
import { type Instant, millisecondsOf } from '../facts/instant.ts';
import { isKnown, type Known, knownOr, NOT_KNOWN } from '../facts/known.ts';
import type { Approval } from '../facts/merge-request.ts';
import type { Person } from '../facts/person.ts';
import type { AgentPart } from '../people/agent-of-change.ts';
import { isBotPerson } from '../people/is-bot-person.ts';
import { personOf, samePerson } from '../people/same-person.ts';
import type { AuditPolicy } from '../policy/audit-policy.ts';
import type { APPROVAL_VERDICTS } from '../report/change.ts';
import { approvedSameCode } from './approval-age.ts';

export type ApprovalVerdict = (typeof APPROVAL_VERDICTS)[number];

export interface ApprovalJudgement {
  approvals: Known<{ approval: Approval; verdict: ApprovalVerdict }[]>;
  required: number;
  /** Not known: the approvals are not, or it depends on an age that is not. */
  approved: Known<boolean>;
  /** When the last approval that was needed was given; null when that did not happen. */
  approvedAt: Known<Instant | null>;
}

/**
 * Decides for each approval of a merge request whether it counts, and whether there are enough. One that was given
 * after the merge counts only where the deployment is audited, which then has to come after it.
 */
export function judgeApprovals(approved: ApprovedChange): ApprovalJudgement {
  const { change, agent, policy } = approved;
  const { approvals } = change.mergeRequest.facts;
  const required = agent
    ? Math.max(policy.agent_changes.approvals, policy.approvals.required)
    : policy.approvals.required;
  if (!isKnown(approvals)) {
    const approved = required === 0 ? true : NOT_KNOWN;
    return { approvals: NOT_KNOWN, required, approved, approvedAt: NOT_KNOWN };
  }
  const judged = approvals.map((approval) => ({ approval, verdict: judge(approval, approved) }));
  // A requester who is not known may be one of the approvers, and then one approval less is independent.
  const doubtful = agent && policy.agent_changes.requester_counts_as_author && !isKnown(agent.requesters) ? 1 : 0;
  const counting = judged.filter((one) => one.verdict === 'counts').map((one) => one.approval);
  const open = judged.filter((one) => one.verdict === 'age-not-known').length;
  const needed = required === 0 ? 0 : required + doubtful;
  const enough = counting.length >= needed;
  return {
    approvals: judged,
    required,
    approved: enough || (counting.length + open >= needed ? NOT_KNOWN : false),
    approvedAt: enough ? nthAt(counting, needed) : null,
  };
}

export interface ApprovedChange {
  change: MergeRequestChange;
  agent: AgentPart | null;
  policy: AuditPolicy;
  /** Usernames that are no person's by configuration. */
  bots: readonly string[];
  isDeploymentAudited: boolean;
}

function judge({ by, at }: Approval, approved: ApprovedChange): ApprovalVerdict {
  const { change, agent, policy, bots, isDeploymentAudited } = approved;
  const { author, mergedAt } = change.mergeRequest.facts;
  if (isBotPerson(by, bots)) return 'bot';
  if (agent && policy.agent_changes.requester_counts_as_author && isKnown(agent.requesters))
    if (agent.requesters.some((requester) => samePerson(requester, by))) return 'requester';
  if (policy.approvals.independent) {
    if (samePerson(author, by)) return 'author';
    if (committersOf(change).some((committer) => samePerson(committer, by))) return 'committer';
  }
  if (!isKnown(at)) return 'age-not-known';
  if (!isDeploymentAudited && mergedAt !== null && millisecondsOf(at) > millisecondsOf(mergedAt)) return 'after-merge';
  if (!policy.approvals.after_last_commit) return 'counts';
  const same = approvedSameCode(change, at);
  if (!isKnown(same)) return 'age-not-known';
  return same ? 'counts' : 'older-than-code';
}

/**
 * As GitLab counts them, which knows only addresses of its accounts, and the authors of the commits; where GitLab does
 * not say, their committers too. A squash is committed by the person who merged.
 */
function committersOf(change: MergeRequestChange): Person[] {
  const { committers, sourceCommits, squashCommitSha } = change.mergeRequest.facts;
  const commits = isKnown(sourceCommits) ? sourceCommits : change.commits;
  const written = commits
    .filter((commit) => !isMerge(commit))
    .flatMap(({ sha, author, committer }) =>
      isKnown(committers) || sha === squashCommitSha ? [author] : [author, committer],
    )
    .map(personOf);
  return [...knownOr(committers, []), ...written];
}

/** Moment of the n-th approval in time; not known when an earlier one could be meant. */
function nthAt(approvals: readonly Approval[], n: number): Known<Instant | null> {
  if (n === 0) return null;
  const times = approvals.map((approval) => approval.at).filter(isKnown);
  if (times.length < approvals.length) return NOT_KNOWN;
  return [...times].sort((a, b) => Date.parse(a) - Date.parse(b))[n - 1] ?? null;
}
