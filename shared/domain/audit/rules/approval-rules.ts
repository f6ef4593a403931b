import type { ApprovalVerdict } from '../approvals/judge-approvals.ts';
import type { FindingRule } from '../catalogue/finding-rules.ts';
import { isKnown } from '../facts/known.ts';
import { nameOf } from '../people/same-person.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import type { Finding } from '../report/finding.ts';
import { createFinding } from './create-finding.ts';

const BY_VERDICT = {
  author: 'mr-self-approved',
  committer: 'mr-committer-approved',
  bot: 'approver-not-human',
  'older-than-code': 'approval-older-than-code',
} as const satisfies Partial<Record<ApprovalVerdict, FindingRule>>;

const EXPLAINED = ['author', 'committer', 'bot', 'older-than-code'] as const;

const WORDS = {
  counts: 'counts',
  author: 'is the author',
  committer: 'committed to it',
  requester: 'asked the agent for it',
  bot: 'is no person',
  'older-than-code': 'approved an older state of the code',
  'after-merge': 'approved after the merge',
  'age-not-known': 'approved at a time that is not known',
} as const satisfies Record<ApprovalVerdict, string>;

/**
 * Why a merge request does not have the approvals it needs: one finding per kind of approval that does not count, and
 * `mr-unapproved` where nothing else explains it. A change of the agent has one finding for all of these. Nothing is
 * said where the facts are not known (that is a gap), nor about an approval that does not count beside enough that do.
 */
export function checkApprovals(judged: JudgedChange): Finding[] {
  const { change, agent, approval } = judged;
  if (change.kind !== 'merge-request' || !approval || approval.approved !== false || !isKnown(approval.approvals))
    return [];
  const detail = describe(judged);
  const { source, approvalsSource } = change.mergeRequest.facts;
  const base = { subject: { kind: 'change', id: change.id }, sources: [source, approvalsSource ?? source] } as const;
  if (agent)
    return [
      createFinding({
        ...base,
        rule: 'agent-change-without-independent-human',
        detail,
        next: 'Have people review it who neither asked for it nor wrote it, and record the review on the merge request.',
      }),
    ];
  const verdicts = new Set(approval.approvals.map((one) => one.verdict));
  const rules = EXPLAINED.filter((verdict) => verdicts.has(verdict)).map((verdict) => BY_VERDICT[verdict]);
  return (rules.length > 0 ? rules : (['mr-unapproved'] as const)).map((rule) =>
    createFinding({
      ...base,
      rule,
      detail,
      next: 'Have an independent person review the merged change and record it before it is deployed, which --env shows, or accept it with a waiver.',
    }),
  );
}

function describe({ approval, agent }: JudgedChange): string {
  if (!approval || !isKnown(approval.approvals)) return '';
  const counting = approval.approvals.filter((one) => one.verdict === 'counts').length;
  const each = approval.approvals.map((one) => `${nameOf(one.approval.by)} ${WORDS[one.verdict]}`);
  const requester =
    agent && !isKnown(agent.requesters)
      ? ' Who asked the agent for it is not known, so one approval may be theirs.'
      : '';
  const list = each.length > 0 ? ` (${each.sort().join('; ')})` : '';
  return `${counting} of ${approval.required} needed approvals count${list}.${requester}`;
}
