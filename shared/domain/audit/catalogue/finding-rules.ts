import * as z from 'zod';

export const SEVERITIES = ['low', 'medium', 'high'] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

/** Severity of each finding, and what it says. The ids are stable: files, waivers and dashboards name them. */
export const FINDING_RULES = {
  'issue-without-code': { severity: 'high', title: 'No change of the release belongs to the issue.' },
  'issue-only-open-mr': { severity: 'high', title: 'The only change for the issue is not merged.' },
  'issue-merged-elsewhere': { severity: 'high', title: 'The change for the issue is merged, but not in this release.' },
  'issue-in-earlier-release': { severity: 'low', title: 'An earlier release already brought the issue.' },
  'issue-not-done': { severity: 'medium', title: 'The issue is not done.' },
  'issue-reopened-after-merge': { severity: 'medium', title: 'The issue was reopened after its change was merged.' },
  'issue-resolved-without-change': {
    severity: 'medium',
    title: 'The issue was resolved as not to be done, but has code.',
  },
  'issue-added-after-freeze': { severity: 'low', title: 'The issue was added to the version after the freeze.' },
  'commit-without-ticket': { severity: 'medium', title: 'The change names no ticket.' },
  'ticket-not-in-version': { severity: 'medium', title: 'The ticket of the change is not in the fix version.' },
  'ticket-unknown': { severity: 'medium', title: 'Jira does not know the ticket.' },
  'ticket-forbidden': { severity: 'medium', title: 'The ticket may not be read.' },
  'ticket-of-other-project': { severity: 'low', title: 'The ticket belongs to a project outside the audit.' },
  'commit-without-mr': { severity: 'high', title: 'The commit was pushed without a merge request.' },
  'reverted-but-claimed': { severity: 'high', title: 'The change for the issue was reverted.' },
  'revert-missing-here': { severity: 'high', title: 'The change was reverted on another branch, but not here.' },
  'mr-unapproved': { severity: 'high', title: 'The merge request has too few approvals.' },
  'mr-self-approved': { severity: 'high', title: 'The author approved the merge request.' },
  'mr-committer-approved': { severity: 'high', title: 'A person who committed to the merge request approved it.' },
  'approval-older-than-code': { severity: 'high', title: 'The code changed after the approval.' },
  'approver-not-human': { severity: 'high', title: 'A bot or service account approved the merge request.' },
  'agent-change-without-independent-human': {
    severity: 'high',
    title: 'The agent wrote the change, and too few independent people approved it.',
  },
  'pipeline-failed': { severity: 'high', title: 'The pipeline failed.' },
  'pipeline-missing': { severity: 'medium', title: 'No finished pipeline.' },
  'criteria-not-met': { severity: 'medium', title: 'Acceptance criteria of the ticket are not met at the merge.' },
  'not-deployed': { severity: 'medium', title: 'The change is not deployed.' },
  'deployed-before-approval': { severity: 'high', title: 'The change was deployed before it was approved.' },
  'waiver-expired': { severity: 'medium', title: 'The waiver has expired.' },
  'waiver-unused': { severity: 'low', title: 'The waiver matches nothing.' },
  incomplete: { severity: 'high', title: 'Not everything could be seen.' },
} as const satisfies Record<string, { severity: Severity; title: string }>;

export type FindingRule = keyof typeof FINDING_RULES;
// `keys` forgets the type.
export const FINDING_RULE_IDS = Object.keys(FINDING_RULES) as [FindingRule, ...FindingRule[]];
export const FindingRule = z.enum(FINDING_RULE_IDS);

/** Rules a waiver may not name: nothing makes an audit complete but seeing everything. */
export const UNWAIVABLE = ['incomplete', 'waiver-expired', 'waiver-unused'] as const satisfies readonly FindingRule[];
