import { sameName } from '../../kernel/text/same-name.ts';
import type { Binding } from '../mapping/binding.ts';
import { type PlacedIssue, standsInProgress } from './stands-in-progress.ts';

interface MarkedIssue extends PlacedIssue {
  labels: readonly string[];
}

/** What shows on a ticket that the agent is not at work on it any more; absent fields change nothing. */
export interface StoppedIssuePlan {
  status?: string;
  addLabel?: string;
}

/**
 * What happens to a ticket when the agent ended without a merge request: it has a question, found nothing to change, or
 * failed. The status changes only while the ticket stands where the agent put it; a person who moved it meanwhile has
 * decided. `selfAccountId`: the account of the agent, where it is known.
 */
export function planStoppedIssue(
  issue: MarkedIssue,
  { statuses, stoppedLabel }: Pick<Binding, 'statuses' | 'stoppedLabel'>,
  selfAccountId?: string,
): StoppedIssuePlan {
  const { status, labels } = issue;
  const { stopped } = statuses;
  const moves =
    stopped !== undefined && standsInProgress(issue, statuses, selfAccountId) && !sameName(status.name, stopped);
  const marks = stoppedLabel !== undefined && !labels.some((label) => sameName(label, stoppedLabel));
  return { ...(moves ? { status: stopped } : {}), ...(marks ? { addLabel: stoppedLabel } : {}) };
}

/** The label to take off when the agent begins with a ticket, written as the ticket carries it. */
export function findStoppedLabel(
  { labels }: Pick<MarkedIssue, 'labels'>,
  { stoppedLabel }: Pick<Binding, 'stoppedLabel'>,
): string | undefined {
  return stoppedLabel === undefined ? undefined : labels.find((label) => sameName(label, stoppedLabel));
}
