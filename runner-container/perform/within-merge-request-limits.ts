import { upsertReportNote } from '../../shared/gitlab/report-note.ts';
import { formatTurn, type TurnWait } from '../../shared/reporting/format-ticket-note.ts';
import type { Outcome } from '../../shared/tasks/outcome.ts';
import type { ReplyTask, ReviewTask } from '../../shared/tasks/task.ts';
import type { RunContext } from '../run-context.ts';
import type { RunnerDeps } from './runner-deps.ts';
import { withinLimits } from './within-limits.ts';

/**
 * Reviews and answers count against the limits of the binding that speaks for their repository; the merge request says, in one note,
 * when one of them has to wait. What has no binding is for the work itself to refuse.
 */
export async function withinMergeRequestLimits(
  task: ReviewTask | ReplyTask,
  { run }: Pick<RunContext, 'run'>,
  deps: RunnerDeps,
  signal: AbortSignal,
  work: (deps: RunnerDeps) => Promise<Outcome>,
): Promise<Outcome> {
  const { registry } = await deps.mapping();
  const entry = await registry.byProjectId(task.projectId);
  if (!entry) return work(deps);

  const { binding } = entry;
  const tellTurn = async (wait: TurnWait) => {
    const { projectId, mergeRequestIid: iid, scope } = task;
    const gitlab = await deps.gitlabFor(binding.credentialRef);
    const marker = { purpose: 'waiting', scope, run: run.runId };
    await upsertReportNote({ projectId, iid, marker, text: formatTurn(wait) }, { gitlab });
  };
  return withinLimits({ run, binding, tellTurn }, deps, signal, (limited) => work({ ...deps, ...limited }));
}
