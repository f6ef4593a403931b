import {
  formatAskAgain,
  formatLeftInOtherProject,
  formatMovedMeanwhile,
  formatNotMoved,
  formatTextChanged,
} from '../../../shared/domain/messages/format-ticket-note.ts';
import type { Issue, Jira, JiraUser } from '../../../shared/domain/ports/jira.ts';
import { isTriggered } from '../../../shared/domain/tasks/plan-coding.ts';
import { describeError, isRefusal } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { sameName } from '../../../shared/kernel/text/same-name.ts';
import { moveIssue } from '../../../shared/services/issues/move-issue.ts';
import { returnToReporter } from '../../../shared/services/issues/return-to-reporter.ts';
import type { CodingInput } from './coding-run.ts';
import { standsForAnother } from './newer-request.ts';

type MovedIssue = Pick<CodingInput, 'issue' | 'binding' | 'resumed'>;

/**
 * Moves the ticket to review and assigns it as the binding says, unless people have put it elsewhere meanwhile. The
 * work is done and pushed, so what Jira refuses here is reported and does not fail the run. Resolves to sentences for
 * the result comment.
 * @throws {TaskError} `jira-unavailable`, `jira-rate-limited`, `jira-unauthorized`
 */
export async function moveToReview(
  given: MovedIssue,
  seenRequest: string | undefined,
  deps: { jira: Jira; log: Log },
  signal: AbortSignal,
): Promise<string[]> {
  const { issue, binding } = given;
  const self = await deps.jira.getMyself(signal);
  const found = { issue, place: 'ours' as Place };
  const unless = (now: Issue) => {
    found.issue = now;
    found.place = findPlace(now, given, { seenRequest, self });
    return found.place !== 'ours';
  };

  const remarks: string[] = [];
  try {
    await moveIssue(deps.jira, { issueKey: issue.key, targetStatus: binding.statuses.inReview, unless }, signal);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.warn('ticket not moved to review', { issueKey: issue.key, error });
    remarks.push(formatNotMoved(error.detail ?? describeError(error.code).sentence));
  }
  const { issue: now, place } = found;
  if (place === 'elsewhere') return [formatLeftInOtherProject(now.key)];
  // The run of that request reads everything anew, and finds the ticket where it stands.
  if (place === 'asked-again') return remarks;

  if (place === 'moved') remarks.push(formatMovedMeanwhile(now.status.name));
  if (hasNewText(issue, now)) remarks.push(formatTextChanged(formatAskAgain(binding.trigger, { standsThere: false })));
  if (place === 'ours') await returnToReporter({ issue: now, binding, ended: 'in-review' }, deps, signal);
  else if (isWithAgent(now, given)) await returnToReporter({ issue: now, binding, ended: 'stopped' }, deps, signal);
  return remarks;
}

/**
 * Where the ticket stands at the end: where our work has left it, in its trigger for a newer request, where a person
 * put it, or in another project under another key.
 */
type Place = 'ours' | 'asked-again' | 'moved' | 'elsewhere';

function findPlace(
  now: Issue,
  { issue: before, binding, resumed }: MovedIssue,
  { seenRequest, self }: { seenRequest: string | undefined; self: JiraUser },
): Place {
  if (now.key !== before.key) return 'elsewhere';
  if (standsForAnother(now, binding, seenRequest)) return 'asked-again';
  const { trigger, statuses } = binding;
  const ours = [statuses.inProgress, statuses.inReview, ...(trigger.kind === 'status' ? [trigger.status] : [])];
  if (ours.some((name) => sameName(name, now.status.name))) return 'ours';
  // The binding may name a transition, which leads to a status of another name.
  const lastMove = now.changes?.find(({ field }) => field === 'status');
  if (lastMove?.by?.accountId === self.accountId) return 'ours';
  // An attempt that goes on with the work of another one leaves the ticket where it finds it.
  const stands = before.status.id === now.status.id && now.status.category !== 'done';
  return resumed && stands && trigger.kind !== 'status' ? 'ours' : 'moved';
}

/** Such a ticket could not be assigned to the agent again. */
function isWithAgent(now: Issue, { binding: { trigger } }: MovedIssue): boolean {
  return trigger.kind === 'assignee' && isTriggered(now, trigger);
}

function hasNewText(before: Issue, now: Issue): boolean {
  return before.summary !== now.summary || before.description !== now.description;
}
