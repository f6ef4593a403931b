import { type AttachmentPlan, planAttachments } from '../../../shared/domain/attachments/plan-attachments.ts';
import { createKeyReader } from '../../../shared/domain/audit/keys/key-reader.ts';
import { criteriaOf } from '../../../shared/domain/criteria/criteria-of.ts';
import type { Criteria } from '../../../shared/domain/criteria/criterion.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { detailsFor } from '../../../shared/domain/tasks/details-for.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { mapTexts } from '../../../shared/kernel/text/map-texts.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { withRemoteLinks } from '../run/with-remote-links.ts';

/** What a review knows of its ticket. */
export interface ReviewTicket {
  issueKey: string;
  /** Key, summary and description. */
  text: string;
  /** Key, labels, and what it says beside its description. */
  issue: Pick<Issue, 'key' | 'labels' | 'details'>;
  /** Names of fields its binding has agents shown. */
  ticketFields: readonly string[];
  /** Those that stand in its description: a review reads no comments, which say what is meant for a few only. */
  attachments?: { issueKey: string; plan: AttachmentPlan };
  /** Masked: people read it again in the summary. */
  criteria: Criteria;
}

/**
 * What the ticket of the merge request asks for, when its branch or title names one of a Jira project of the
 * repository. What a review is given of a ticket may become public, its criteria do: so only who may push to the
 * repository names one, and a key whose issue was moved elsewhere names none.
 */
export async function findTicket(
  { bindings, mergeRequest }: Pick<MergeRequestInput, 'bindings' | 'mergeRequest'>,
  {
    jira,
    log,
    maskWritten,
  }: { jira?: Pick<Jira, 'findIssue' | 'listRemoteLinks'> } & Pick<RunnerDeps, 'log' | 'maskWritten'>,
  signal: AbortSignal,
): Promise<ReviewTicket | undefined> {
  const reader = createKeyReader(bindings.flatMap(({ jiraProject }) => jiraProject ?? []));
  // People write keys in titles in any case.
  const named = [...reader.inBranch(mergeRequest.sourceBranch), ...reader.inText(mergeRequest.title.toUpperCase())];
  const asked = named[0];
  if (asked === undefined || !jira || isOfFork(mergeRequest)) return undefined;
  try {
    const binding = bindings.find(({ jiraProject }) => asked.startsWith(`${jiraProject}-`));
    const issue = await jira.findIssue(asked, signal, detailsFor(binding));
    // Jira follows the old key of a moved issue, also into a project that is not of this repository.
    if (issue?.key !== asked) return undefined;
    return {
      issueKey: issue.key,
      text: `${issue.key}: ${issue.summary}\n\n${issue.description}`,
      issue: await withRemoteLinks(issue, { jira, log }, signal),
      ticketFields: binding?.ticketFields ?? [],
      ...planForReview(issue, binding),
      criteria: criteriaOf(mapTexts(issue, maskWritten), binding),
    };
  } catch (error) {
    // A review without its ticket is still a review.
    if (!(error instanceof TaskError)) throw error;
    log.warn('ticket not read', { issueKey: asked, error });
    return undefined;
  }
}

function planForReview(
  { key, description, details }: Issue,
  binding: Pick<Binding, 'attachments'> | undefined,
): Pick<ReviewTicket, 'attachments'> {
  const rules = binding?.attachments ?? 'off';
  if (rules === 'off') return {};
  const plan = planAttachments({ attachments: details?.attachments ?? [], rules, description });
  return { attachments: { issueKey: key, plan } };
}

/** Anyone who sees the repository may open one, under any branch and title. */
function isOfFork({ sourceProjectId, targetProjectId }: MergeRequestInput['mergeRequest']): boolean {
  return sourceProjectId !== targetProjectId;
}
