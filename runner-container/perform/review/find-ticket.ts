import { criteriaOf } from '../../../shared/domain/criteria/criteria-of.ts';
import type { Criteria } from '../../../shared/domain/criteria/criterion.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { detailsFor } from '../../../shared/domain/tasks/details-for.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { mapTexts } from '../../../shared/kernel/text/map-texts.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/** What a review knows of its ticket. */
export interface ReviewTicket {
  /** Key, summary and description. */
  text: string;
  /** Labels, and what it says beside its description. */
  issue: Pick<Issue, 'labels' | 'details'>;
  /** Names of fields its binding has agents shown. */
  ticketFields: readonly string[];
  /** Masked: people read it again in the summary. */
  criteria: Criteria;
}

/**
 * What the ticket of the merge request asks for, when its branch or title names one of a Jira project of the
 * repository.
 */
export async function findTicket(
  { bindings, mergeRequest }: Pick<MergeRequestInput, 'bindings' | 'mergeRequest'>,
  { jira, log, maskWritten }: { jira?: Pick<Jira, 'findIssue'> } & Pick<RunnerDeps, 'log' | 'maskWritten'>,
  signal: AbortSignal,
): Promise<ReviewTicket | undefined> {
  const projects = bindings.map(({ jiraProject }) => jiraProject).join('|');
  const key = new RegExp(`(?<![\\w-])(?:${projects})-\\d+(?!\\w)`, 'i');
  const found = key.exec(mergeRequest.sourceBranch) ?? key.exec(mergeRequest.title);
  if (!found || !jira) return undefined;
  try {
    const asked = found[0].toUpperCase();
    const binding = bindings.find(({ jiraProject }) => asked.startsWith(`${jiraProject}-`));
    const issue = await jira.findIssue(asked, signal, detailsFor(binding));
    if (!issue) return undefined;
    return {
      text: `${issue.key}: ${issue.summary}\n\n${issue.description}`,
      issue,
      ticketFields: binding?.ticketFields ?? [],
      criteria: criteriaOf(mapTexts(issue, maskWritten), binding),
    };
  } catch (error) {
    // A review without its ticket is still a review.
    if (!(error instanceof TaskError)) throw error;
    log.warn('ticket not read', { issueKey: found[0], error });
    return undefined;
  }
}
