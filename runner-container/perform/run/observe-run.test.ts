import { expect, it } from 'vitest';

import { createTelemetry } from '../../../shared/adapters/telemetry/create-telemetry.ts';
import { idOnlySpans } from '../../../shared/adapters/telemetry/spans.ts';
import type { Metrics } from '../../../shared/domain/ports/metrics.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import type { MappingView } from '../../../shared/services/projects/live-mapping.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, anEchoTask, anUpdateTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import type { AgentReport, AgentRequest } from '../../agent/agent.ts';
import { observeRun } from './observe-run.ts';

const DONE: Outcome = { kind: 'done', result: { what: 'reviewed' } };

function createFixture({
  projectId = 7,
  session = async () => {},
}: {
  projectId?: number;
  session?: () => Promise<void>;
} = {}) {
  const recorded: unknown[] = [];
  const record =
    (name: string) =>
    (...values: unknown[]) =>
      void recorded.push([name, ...values]);
  const metrics: Metrics = {
    reviewFinished: record('review'),
    codingFinished: record('coding'),
    replyFinished: record('reply'),
    updateFinished: record('update'),
    webhookReceived: record('webhook'),
    webhookFailed: record('webhook'),
    agentSessionFinished: record('session'),
  };
  const clock = createSteppedClock(0);
  const registry = { status: () => [{ jiraProject: 'OPS', state: 'ready', projectId }] };
  const deps = {
    telemetry: createTelemetry({ spans: idOnlySpans, metrics, redactor: createRedactor(), shutdown: async () => {} }),
    mapping: { current: async () => ({ registry }) as unknown as MappingView }, // the only part that is read
    runAgent: async <Result>({ judge }: AgentRequest<Result>) => {
      clock.time += 30_000;
      await session();
      const report = {} as AgentReport<Result>; // nothing reads the report
      await judge?.(report);
      return report;
    },
    clock,
  };
  const observe = (task: Task, outcome: Outcome, sessions = 0) =>
    observeRun(aRun({ task }), deps, async ({ runAgent }) => {
      clock.time += 1000;
      const request = {} as AgentRequest<unknown>; // the double reads nothing of it
      for (let count = 0; count < sessions; count += 1) await runAgent(request, new AbortController().signal);
      return outcome;
    });
  return { observe, recorded, deps };
}

it.each<{ task: Task; name: string; binding: string }>([
  { task: aCodingTask({ jiraProject: 'PROJ' }), name: 'coding', binding: 'PROJ' },
  { task: aReviewTask({ projectId: 7 }), name: 'review', binding: 'OPS' },
  { task: aReplyTask({ projectId: 7 }), name: 'reply', binding: 'OPS' },
  { task: anUpdateTask({ projectId: 7 }), name: 'update', binding: 'OPS' },
])('counts a $name run by the Jira key of its binding', async ({ task, name, binding }) => {
  const { observe, recorded } = createFixture();
  await observe(task, DONE);
  await observe(task, { kind: 'give-up', code: 'push-rejected' });
  expect(recorded).toEqual([
    [name, { binding, outcome: 'done' }, 1000],
    [name, { binding, outcome: 'give-up', code: 'push-rejected' }, 1000],
  ]);
});

it('counts no run that only waits or is moved to another runner, and no echo', async () => {
  const { observe, recorded } = createFixture();
  await observe(anEchoTask(), DONE);
  await observe(aReviewTask(), { kind: 'wait', until: 1, reason: 'concurrency' });
  await observe(aReviewTask(), { kind: 'move', image: 'python' });
  expect(recorded).toEqual([]);
});

it('counts a run whose repository is not known under one word', async () => {
  const { observe, recorded } = createFixture({ projectId: 8 });
  await observe(aReviewTask({ projectId: 7 }), DONE);
  expect(recorded).toEqual([['review', { binding: 'unknown', outcome: 'done' }, 1000]]);
});

it('records how long each agent session took and how it ended', async () => {
  const fine = createFixture();
  await fine.observe(aReplyTask(), DONE, 2);
  const session = ['session', { kind: 'reply', outcome: 'done' }, 30_000];
  expect(fine.recorded.slice(0, 2)).toEqual([session, session]);

  for (const [error, outcome] of [
    [new TaskError('agent-timed-out'), 'agent-timed-out'],
    [new Error('bug'), 'unexpected'],
  ] as const) {
    const failing = createFixture({ session: () => Promise.reject(error) });
    await expect(failing.observe(aReviewTask(), DONE, 1)).rejects.toBe(error);
    expect(failing.recorded).toEqual([['session', { kind: 'review', outcome }, 30_000]]);
  }
});

it('leaves out of a session the time in which its result was judged', async () => {
  const { deps, recorded } = createFixture();
  const judge = async () => {
    deps.clock.time += 600_000;
    return undefined;
  };
  await observeRun(aRun({ task: aReplyTask() }), deps, async ({ runAgent }) => {
    await runAgent({ judge } as unknown as AgentRequest<unknown>, new AbortController().signal); // read as above
    return DONE;
  });
  expect(recorded[0]).toEqual(['session', { kind: 'reply', outcome: 'done' }, 30_000]);
});

it.each(['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', undefined])(
  'goes on with the trace of the event that caused the task, where it has one: %s',
  async (traceparent) => {
    const parents: unknown[] = [];
    const telemetry = {
      metrics: { codingFinished() {} },
      async runWithTraceparent(parent: unknown, _options: unknown, work: (span: unknown) => Promise<unknown>) {
        parents.push(parent);
        return work({ setAttributes() {} });
      },
    } as unknown as Parameters<typeof observeRun>[1]['telemetry']; // what else is called fails
    const { deps } = createFixture();
    const task = aCodingTask(traceparent === undefined ? {} : { traceparent });
    await observeRun(aRun({ task }), { ...deps, telemetry }, async () => DONE);
    expect(parents).toEqual([traceparent]);
  },
);
