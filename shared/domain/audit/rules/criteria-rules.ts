import { mergeRequestId } from '../changes/audit-change.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import type { Finding } from '../report/finding.ts';
import { createFinding } from './create-finding.ts';

/**
 * A change whose ticket has criteria that are not met at the merge, where the policy asks for it. What no review of the
 * agent has marked is not known, and no finding.
 */
export function checkCriteria({ change, policy, criteria, model }: JudgedChange): Finding[] {
  if (!policy.criteria?.required || !criteria || change.kind !== 'merge-request') return [];
  const { mark, isOfMergedHead } = criteria;
  const { partly, notMet, notAnswered, leftOut = 0, headSha, issueKey } = mark;
  if (isOfMergedHead && partly + notMet + notAnswered + leftOut === 0) return [];
  const id = mergeRequestId(model.facts.repository, change.mergeRequest.facts.iid);
  return [
    createFinding({
      rule: 'criteria-not-met',
      subject: { kind: 'change', id },
      related: [issueKey],
      detail: isOfMergedHead
        ? `Of the acceptance criteria of ${issueKey}, ${describe(mark)} at ${headSha.slice(0, 8)}, which was merged.`
        : `The agent's review marked the acceptance criteria of ${issueKey} last at ${headSha.slice(0, 8)}, and not what was merged.`,
      next: 'Look at the criteria in the summary of the review, and finish what is missing or accept it with a waiver.',
      sources: [change.mergeRequest.facts.source, mark.source],
    }),
  ];
}

function describe({
  met,
  partly,
  notMet,
  notAnswered,
  leftOut = 0,
}: NonNullable<JudgedChange['criteria']>['mark']): string {
  return [
    `${met} are met`,
    ...(partly > 0 ? [`${partly} partly`] : []),
    ...(notMet > 0 ? [`${notMet} not`] : []),
    ...(notAnswered > 0 ? [`${notAnswered} have no mark`] : []),
    ...(leftOut > 0 ? [`${leftOut} were not looked at`] : []),
  ].join(', ');
}
