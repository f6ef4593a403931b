import { sameName } from '../../kernel/text/same-name.ts';
import type { Binding } from '../mapping/binding.ts';
import { type PlacedIssue, standsInProgress } from './stands-in-progress.ts';

interface MarkedIssue extends PlacedIssue {
  labels: readonly string[];
}

/** What of a binding shows how the agent left a ticket. */
export interface StoppedMarks extends Pick<Binding, 'statuses'> {
  stoppedLabel?: string | undefined;
  needsAnswerLabel?: string | undefined;
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
  binding: StoppedMarks,
  { hasQuestion = false, selfAccountId }: { hasQuestion?: boolean; selfAccountId?: string } = {},
): StoppedIssuePlan {
  const { status, labels } = issue;
  const { status: target, label: mark } = findMarks(binding, hasQuestion);
  const moves =
    target !== undefined && standsInProgress(issue, binding.statuses, selfAccountId) && !sameName(status.name, target);
  const marks = mark !== undefined && !labels.some((label) => sameName(label, mark));
  return { ...(moves ? { status: target } : {}), ...(marks ? { addLabel: mark } : {}) };
}

/**
 * The status and the label of a binding for a ticket that the agent left. A question without a status of its own gets
 * the one of the others.
 */
export function findMarks(
  { statuses, stoppedLabel, needsAnswerLabel }: StoppedMarks,
  hasQuestion: boolean,
): { status?: string | undefined; label?: string | undefined } {
  if (!hasQuestion || !awaitsAnswers({ statuses, needsAnswerLabel }))
    return { status: statuses.stopped, label: stoppedLabel };
  return { status: statuses.needsAnswer ?? statuses.stopped, label: needsAnswerLabel };
}

/** Whether the binding takes the next comment after a question for its answer. */
export function awaitsAnswers({
  statuses,
  needsAnswerLabel,
}: Pick<StoppedMarks, 'statuses' | 'needsAnswerLabel'>): boolean {
  return statuses.needsAnswer !== undefined || needsAnswerLabel !== undefined;
}

/** The labels to take off when the agent begins with a ticket, written as the ticket carries them. */
export function listStoppedLabels(
  { labels }: Pick<MarkedIssue, 'labels'>,
  { stoppedLabel, needsAnswerLabel }: Pick<StoppedMarks, 'stoppedLabel' | 'needsAnswerLabel'>,
): string[] {
  const marks = [stoppedLabel, needsAnswerLabel].filter((mark) => mark !== undefined);
  return labels.filter((label) => marks.some((mark) => sameName(label, mark)));
}
