import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { findRequest } from '../../../shared/domain/tasks/find-request.ts';
import { isTriggered } from '../../../shared/domain/tasks/plan-coding.ts';

/**
 * Whether the ticket stands in its trigger for another request than the one that was seen: a person asked again
 * meanwhile. Such a ticket is left where it stands, because the run of that request begins only there.
 */
export function standsForAnother(issue: Issue, { trigger }: Pick<Binding, 'trigger'>, seen: string): boolean {
  return isTriggered(issue, trigger) && findRequest(issue, trigger).revision !== seen;
}

/** The change of the ticket that asked for this task; for one that a comment asked for, no change of the ticket is. */
export function requestOf({ id }: Pick<CodingTask, 'id'>): string {
  return id.split('~')[2] ?? '';
}
