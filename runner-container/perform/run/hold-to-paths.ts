import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { goesBy } from '../../../shared/domain/mapping/goes-by.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import type { MergeRequestRun } from './merge-request-run.ts';

/**
 * The run with the `paths` its change is held to. On a branch of the agent they are those of the binding its ticket was
 * worked on by, which need not be the one that speaks for the repository: several may lead to parts of it. Where no run
 * of the ticket is known any more, it is the first of its project that has paths.
 */
export async function holdToPaths<Run extends MergeRequestRun>(run: Run): Promise<Run> {
  const { bindings, mergeRequest } = run;
  const ticket = findTicketOfBranch(mergeRequest.sourceBranch, bindings);
  if (!ticket) return run;
  const ofProject = bindings.filter(({ jiraProject }) => jiraProject === ticket.jiraProject);
  const own = ofProject.length > 1 ? await findOwn(ticket.issueKey, ofProject, run) : ofProject[0];
  const { paths: _paths, ...binding } = run.binding;
  return { ...run, binding: { ...binding, ...(own?.paths ? { paths: own.paths } : {}) } };
}

async function findOwn(
  issueKey: string,
  bindings: readonly Binding[],
  { context, deps }: Pick<MergeRequestRun, 'context' | 'deps'>,
): Promise<Binding | undefined> {
  const runs = await deps.listEarlierRuns({ runId: context.run.runId, task: { scope: issueScope(issueKey) } });
  for (const { task } of runs) {
    const own = task.kind === 'coding' && bindings.find((binding) => goesBy(task, binding));
    if (own) return own;
  }
  return bindings.find(({ paths }) => paths !== undefined) ?? bindings[0];
}
