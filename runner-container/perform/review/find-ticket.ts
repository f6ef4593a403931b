import { criteriaOf } from '../../../shared/domain/criteria/criteria-of.ts';
import type { Criteria } from '../../../shared/domain/criteria/criterion.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';

/** What a review knows of its ticket. */
export interface ReviewTicket {
  /** Key, summary and description. */
  text: string;
  criteria: Criteria;
}

/**
 * What the ticket of the merge request asks for, when its branch or title names one of a Jira project of the
 * repository.
 */
export async function findTicket(
  { bindings, mergeRequest }: Pick<MergeRequestInput, 'bindings' | 'mergeRequest'>,
  { jira, log }: { jira: Pick<Jira, 'findIssue'>; log: Log },
  signal: AbortSignal,
): Promise<ReviewTicket | undefined> {
  const projects = bindings.map(({ jiraProject }) => jiraProject).join('|');
  const key = new RegExp(`(?<![\\w-])(?:${projects})-\\d+(?!\\w)`, 'i');
  const found = key.exec(mergeRequest.sourceBranch) ?? key.exec(mergeRequest.title);
  if (!found) return undefined;
  try {
    const issue = await jira.findIssue(found[0].toUpperCase(), signal);
    if (!issue) return undefined;
    return { text: `${issue.key}: ${issue.summary}\n\n${issue.description}`, criteria: criteriaOf(issue) };
  } catch (error) {
    // A review without its ticket is still a review.
    if (!(error instanceof TaskError)) throw error;
    log.warn('ticket not read', { issueKey: found[0], error });
    return undefined;
  }
}
