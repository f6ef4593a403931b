import { TaskError } from '../../../shared/errors.ts';
import type { Issue } from '../../../shared/jira/jira.ts';
import type { Binding } from '../../../shared/mapping/binding.ts';
import type { ResolvedProject } from '../../../shared/registry/registry-entry.ts';
import { isTriggered } from '../../../shared/tasks/plan-coding.ts';
import type { CodingTask } from '../../../shared/tasks/task.ts';
import type { RunContext } from '../../run-context.ts';
import type { RunnerDeps } from '../runner-deps.ts';

/** What a coding run is about, read anew: the task itself is only a pointer. */
export interface CodingOrder {
  issue: Issue;
  binding: Binding;
  project: ResolvedProject;
  branch: string;
  /** Whether an earlier attempt of this run has begun already, so that the ticket may have left the trigger. */
  resumed: boolean;
}

/**
 * Reads issue, binding and project. `undefined` when a person took the issue out of its trigger before work began.
 * @throws {TaskError} `binding-unknown`, `binding-quarantined`, `jira-*`.
 */
export async function readCodingOrder(
  task: CodingTask,
  { run }: Pick<RunContext, 'run'>,
  deps: Pick<RunnerDeps, 'mapping' | 'jira'>,
  signal: AbortSignal,
): Promise<CodingOrder | undefined> {
  const { registry } = await deps.mapping();
  const entry = await registry.byJira(task.jiraProject);
  if (!entry) throw new TaskError('binding-unknown', { detail: task.jiraProject });
  if (entry.state === 'quarantined') throw new TaskError('binding-quarantined', { detail: entry.quarantine.hint });

  const { binding, project } = entry;
  const issue = await deps.jira.getIssue(task.issueKey, signal);
  const resumed = run.attempt > 1;
  if (!resumed && !isTriggered(issue, binding.trigger)) return undefined;
  return { issue, binding, project, branch: `${binding.branchPrefix}${issue.key}`, resumed };
}
