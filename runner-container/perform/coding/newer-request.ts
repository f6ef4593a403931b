import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { causeOf } from '../../../shared/domain/runs/task-cause.ts';
import { findRequest } from '../../../shared/domain/tasks/find-request.ts';
import { isTriggered } from '../../../shared/domain/tasks/plan-coding.ts';

/**
 * Whether the ticket stands in its trigger for another request than the one that was seen: a person asked again
 * meanwhile. Such a ticket is left where it stands, because the run of that request begins only there.
 */
export function standsForAnother(
  issue: Issue,
  { trigger }: Pick<Binding, 'trigger'>,
  seen: string | undefined,
): boolean {
  return isTriggered(issue, trigger) && findRequest(issue, trigger).revision !== seen;
}

/** The change of the ticket that asked for this task; `undefined` for one that a comment asked for. */
export function requestOf(task: CodingTask): string | undefined {
  const cause = causeOf(task);
  return cause.kind === 'issue-change' ? cause.revision : undefined;
}
