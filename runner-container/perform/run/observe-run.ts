import type { Telemetry } from '../../../shared/adapters/telemetry/telemetry.ts';
import { bindingName } from '../../../shared/domain/mapping/binding-key.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import type { RunAgent } from '../../agent/agent.ts';

export interface ObserveDeps {
  telemetry: Pick<Telemetry, 'runWithTraceparent' | 'metrics'>;
  mapping: Pick<LiveMapping, 'current'>;
  runAgent: RunAgent;
  clock: Pick<Clock, 'now'>;
}

/**
 * Puts a run into the trace of the event that caused it, and records how it and each of its agent sessions ended.
 * `work` gets the agent whose sessions are recorded.
 */
export async function observeRun(
  run: Run,
  deps: ObserveDeps,
  work: (observed: { runAgent: RunAgent }) => Promise<Outcome>,
): Promise<Outcome> {
  const { telemetry, clock } = deps;
  const { task, attempt, runId } = run;
  const startedAt = clock.now();
  const options = { name: `run ${task.kind}`, attempt, attributes: { runId, taskId: task.id, attempt } };
  const outcome = await telemetry.runWithTraceparent(task.traceparent, options, async (span) => {
    const ended = await work({ runAgent: observeSessions(task.kind, deps) });
    span.setAttributes({ outcome: ended.kind, code: 'code' in ended ? ended.code : undefined });
    return ended;
  });
  // A run that may not begin yet, or not here, has not finished.
  if (outcome.kind !== 'wait' && outcome.kind !== 'move') await count(task, outcome, clock.now() - startedAt, deps);
  return outcome;
}

/**
 * The same agent; each session is recorded with what it served, how it ended and how long it took, without the time in
 * which its results were judged.
 */
function observeSessions(kind: Task['kind'], { runAgent, telemetry, clock }: ObserveDeps): RunAgent {
  return async (request, signal) => {
    const startedAt = clock.now();
    let judgedMs = 0;
    const record = (outcome: string) =>
      telemetry.metrics.agentSessionFinished({ kind, outcome }, clock.now() - startedAt - judgedMs);
    const { judge } = request;
    const timed: typeof judge = async (report) => {
      const since = clock.now();
      const message = await judge?.(report);
      judgedMs += clock.now() - since;
      return message;
    };
    try {
      const report = await runAgent({ ...request, ...(judge ? { judge: timed } : {}) }, signal);
      record('done');
      return report;
    } catch (error) {
      record(error instanceof TaskError ? error.code : 'unexpected');
      throw error;
    }
  };
}

async function count(task: Task, outcome: Outcome, durationMs: number, deps: ObserveDeps): Promise<void> {
  const { metrics } = deps.telemetry;
  const code = 'code' in outcome ? { code: outcome.code } : {};
  const labels = { outcome: outcome.kind, ...code };
  switch (task.kind) {
    case 'coding':
      return metrics.codingFinished({ binding: task.jiraProject, ...labels }, durationMs);
    case 'review':
      return metrics.reviewFinished({ binding: await bindingOf(task, deps), ...labels }, durationMs);
    case 'reply':
      return metrics.replyFinished({ binding: await bindingOf(task, deps), ...labels }, durationMs);
    case 'update':
      return metrics.updateFinished({ binding: await bindingOf(task, deps), ...labels }, durationMs);
    case 'audit':
    case 'echo':
      return;
    default:
      return task satisfies never;
  }
}

/**
 * The name of the binding that speaks for a repository, from what is known by now; `unknown` when the run
 * ended before its repository was looked up, or when it has left the map.
 */
async function bindingOf({ projectId }: { projectId: number }, { mapping }: ObserveDeps): Promise<string> {
  const view = await mapping.current().catch(() => undefined);
  const known = view?.registry.status().find((binding) => binding.projectId === projectId);
  return known ? bindingName(known) : 'unknown';
}
