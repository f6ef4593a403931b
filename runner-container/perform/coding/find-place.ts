import { routeKey } from '../../../shared/domain/mapping/binding-key.ts';
import { describeNeeds } from '../../../shared/domain/messages/format-route-note.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { hasBegunBefore } from '../../../shared/domain/runs/run.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { chooseRoute, detailsForRoutes } from '../../../shared/domain/tasks/choose-route.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { getReadyEntry, type ReadyEntry } from '../run/ready-entry.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/**
 * The binding and the repository of a run, by the route its task was given when it was admitted; what the ticket
 * says since does not count. Only where the map has lost that route before the run began is it chosen anew, by the
 * ticket as Jira's API shows it.
 * @throws what `getReadyEntry` does; {TaskError} `route-undecided`, `jira-*`
 */
export async function findPlace(
  { task, context, deps }: ActiveRun<CodingTask> & { deps: { jira: Pick<Jira, 'getIssue'> } },
  { registry, bindings }: Awaited<ReturnType<RunnerDeps['mapping']>>,
  signal: AbortSignal,
): Promise<ReadyEntry> {
  const { jiraProject, route } = task;
  const name = routeKey(jiraProject, route);
  const entry = await registry.byJira(jiraProject, route);
  const routed = bindings.ofJira(jiraProject);
  // What was pushed lies in the repository of that route.
  if (entry || routed.length === 0 || hasBegunBefore(context.run)) return getReadyEntry(entry, name, deps);

  const issue = await deps.jira.getIssue(task.issueKey, signal, detailsForRoutes(routed));
  const choice = chooseRoute(issue, routed);
  if ('problem' in choice)
    throw new TaskError('route-undecided', {
      detail: describeNeeds(choice)
        .map((one) => `- ${one}`)
        .join('\n'),
    });
  const { route: chosen } = choice.binding;
  deps.log.info('run routed anew', { issueKey: task.issueKey, route: chosen?.name ?? 'none', before: route ?? 'none' });
  return getReadyEntry(await registry.byJira(jiraProject, chosen?.name), name, deps);
}
