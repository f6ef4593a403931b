import type { Telemetry } from '../../../shared/adapters/telemetry/telemetry.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';

export interface ObserveDeps {
  telemetry: Pick<Telemetry, 'runWithTraceparent' | 'metrics'>;
  clock: Pick<Clock, 'now'>;
}

/** Puts a run into the trace of the event that caused it, and counts how it ended. */
export async function observeRun(
  run: Run,
  { telemetry, clock }: ObserveDeps,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const { task, attempt, runId } = run;
  const startedAt = clock.now();
  const options = { name: `run ${task.kind}`, attempt, attributes: { runId, taskId: task.id, attempt } };
  const outcome = await telemetry.runWithTraceparent(task.traceparent, options, async (span) => {
    const ended = await work();
    span.setAttributes({ outcome: ended.kind, code: 'code' in ended ? ended.code : undefined });
    return ended;
  });
  // A run that may not begin yet has not finished.
  if (outcome.kind !== 'wait') count(run, outcome, clock.now() - startedAt, telemetry);
  return outcome;
}

function count({ task }: Run, outcome: Outcome, durationMs: number, { metrics }: Pick<Telemetry, 'metrics'>): void {
  const code = 'code' in outcome ? { code: outcome.code } : {};
  switch (task.kind) {
    case 'coding':
      metrics.codingFinished({ binding: task.jiraProject, outcome: outcome.kind, ...code }, durationMs);
      break;
    case 'review':
      metrics.reviewFinished({ binding: String(task.projectId), outcome: outcome.kind, ...code }, durationMs);
      break;
    case 'reply':
    case 'echo':
      break;
    default:
      task satisfies never;
  }
}
