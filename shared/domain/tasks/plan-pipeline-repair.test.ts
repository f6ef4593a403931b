import { describe, expect, it } from 'vitest';
import { AGENT, aMergeRequest, aReviewedBinding, PERSON } from '../../../test/fixtures/discussions.ts';
import type { Binding } from '../mapping/binding.ts';
import type { MergeRequest } from '../ports/gitlab.ts';
import type { Job, Pipeline } from '../ports/pipelines.ts';
import type { RunResult } from '../runs/outcome.ts';
import { buildPipelineTask, buildTargetMergeTask } from './build-task.ts';
import { fingerprintFailure } from './fingerprint-failure.ts';
import {
  findMergeRequestOfRef,
  findRepairLimit,
  planPipelineRepair,
  planPipelineStep,
} from './plan-pipeline-repair.ts';

const HEAD = 'a'.repeat(40);
let lastId = 0;

function aJob(values: Partial<Job> = {}): Job {
  lastId += 1;
  return { id: lastId, name: 'test', stage: 'test', status: 'failed', allowFailure: false, manual: false, ...values };
}

describe('a failed pipeline', () => {
  const plan = (
    values: Partial<MergeRequest> = {},
    pipeline: Partial<Pipeline> = {},
    rules: Partial<Binding> = { repairPipelines: 'on' },
  ) => {
    const binding = { ...aReviewedBinding(), ...rules };
    const ours = { author: AGENT, sourceBranch: 'agent/PROJ-1', headSha: HEAD };
    const about = { id: 812, sha: HEAD, ref: 'agent/PROJ-1', ...pipeline };
    return planPipelineRepair(about, aMergeRequest({ ...ours, ...values }), binding, {
      self: AGENT,
      bindings: [binding],
    });
  };

  it('is one task, by its id', () => {
    expect(plan()).toMatchObject({
      action: 'enqueue',
      task: {
        kind: 'update',
        id: 'update~7~3~pipeline~812',
        headSha: HEAD,
        cause: { kind: 'pipeline', pipelineId: 812 },
      },
    });
  });

  it('of a merged result counts, although its commit is none of the branch', () => {
    expect(plan({}, { sha: 'f'.repeat(40), ref: 'refs/merge-requests/3/merge' }).action).toBe('enqueue');
  });

  it.each([
    {
      name: 'is none where the binding does not say so',
      rules: { repairPipelines: 'off' as const },
      reason: 'repair-pipelines-off',
    },
    { name: 'of one that is merged', values: { state: 'merged' as const }, reason: 'closed' },
    { name: 'of a person', values: { author: PERSON }, reason: 'not-own' },
    { name: 'of a fork', values: { sourceProjectId: 8 }, reason: 'not-own' },
    { name: 'of an older head', pipeline: { sha: 'b'.repeat(40) }, reason: 'other-head' },
  ])('$name is left alone', ({ values, pipeline, rules, reason }) => {
    expect(plan(values, pipeline, rules)).toEqual({ action: 'skip', reason });
  });
});

it.each([
  { ref: 'refs/merge-requests/3/head', iid: 3 },
  { ref: 'refs/merge-requests/3/merge', iid: 3 },
  { ref: 'refs/merge-requests/3/train', iid: undefined },
  { ref: 'refs/merge-requests/3/merge/x', iid: undefined },
  { ref: 'agent/PROJ-1', iid: undefined },
])('the ref $ref is of merge request $iid', ({ ref, iid }) => {
  expect(findMergeRequestOfRef(ref)).toBe(iid);
});

describe('what is to be done about it', () => {
  const failed = { status: 'failed' };

  it.each([
    { status: 'success', step: { kind: 'over', reason: 'pipeline-passed' } },
    ...['canceled', 'canceling', 'skipped', 'manual', 'scheduled'].map((status) => ({
      status,
      step: { kind: 'over', reason: 'pipeline-stopped' },
    })),
    ...['created', 'pending', 'running', 'preparing', 'waiting_for_resource', 'new-word'].map((status) => ({
      status,
      step: { kind: 'wait' },
    })),
  ])('is decided by its status: $status', ({ status, step }) => {
    expect(planPipelineStep({ status }, [aJob()])).toEqual(step);
  });

  it('is a retry of jobs that have failed once, and a repair of those that fail again', () => {
    const first = aJob();
    expect(planPipelineStep(failed, [first])).toEqual({ kind: 'retry', jobs: [first] });
    const again = aJob();
    expect(planPipelineStep(failed, [again, first])).toEqual({ kind: 'repair', jobs: [again] });
    expect(planPipelineStep(failed, [first], { mayRetry: false })).toEqual({ kind: 'repair', jobs: [first] });
  });

  it('is no retry of a pipeline in which six jobs fail, because that is no flaky one', () => {
    const jobs = Array.from({ length: 6 }, (_, index) => aJob({ name: `test ${index}` }));
    expect(planPipelineStep(failed, jobs).kind).toBe('repair');
  });

  it.each([
    { name: 'only jobs that may fail', jobs: [aJob({ allowFailure: true })], why: 'no-job' },
    { name: 'no job at all, as with a wrong CI file', jobs: [], why: 'no-job' },
    {
      name: 'jobs that were canceled, skipped or wait for a person',
      jobs: ['canceled', 'skipped', 'manual'].map((status) => aJob({ status })),
      why: 'no-job',
    },
    {
      name: 'a runner that broke twice',
      jobs: [1, 2].map(() => aJob({ failureReason: 'runner_system_failure' })),
      why: 'not-by-the-code',
    },
  ])('is nothing for the agent with $name', ({ jobs, why }) => {
    expect(planPipelineStep(failed, jobs)).toEqual({ kind: 'leave', why });
  });

  it('is no start of a manual job, which is left to people', () => {
    const deploy = aJob({ name: 'deploy', manual: true });
    expect(planPipelineStep(failed, [deploy])).toEqual({ kind: 'leave', why: 'manual-job' });
    const test = aJob();
    expect(planPipelineStep(failed, [deploy, test])).toEqual({ kind: 'retry', jobs: [test] });
    const again = aJob();
    const jobs = [again, test, aJob({ name: 'deploy', manual: true }), deploy];
    expect(planPipelineStep(failed, jobs)).toEqual({ kind: 'repair', jobs: [again] });
  });

  it('is no start of any job where it is not known which are manual', () => {
    const { manual: _, ...job } = aJob();
    expect(planPipelineStep(failed, [job])).toEqual({ kind: 'repair', jobs: [job] });
  });

  it('is a repair of what the code did, where a runner broke beside it', () => {
    const before = aJob();
    const mine = aJob({ failureReason: 'script_failure' });
    const jobs = [mine, before, aJob({ name: 'x' }), aJob({ name: 'x', failureReason: 'stuck_or_timeout_failure' })];
    expect(planPipelineStep(failed, jobs)).toEqual({ kind: 'repair', jobs: [mine] });
  });
});

describe('repairs in a row', () => {
  const about = { projectId: 7, mergeRequestIid: 3 };
  const repaired = (from: string, to: string, failure: string) => ({
    task: buildPipelineTask({ ...about, headSha: from, pipelineId: Number.parseInt(from, 16) }),
    state: 'done' as const,
    result: { what: 'pipeline-repaired', commitSha: to, failure } satisfies RunResult,
  });
  const merged = (from: string, to: string) => ({
    task: buildTargetMergeTask({ ...about, headSha: from, targetSha: 'f' }),
    state: 'done' as const,
    result: { what: 'target-merged', commitSha: to } satisfies RunResult,
  });

  it.each([
    { name: 'none', earlier: [], limit: undefined },
    { name: 'one of another failure', earlier: [repaired('a', 'b', 'other')], limit: undefined, head: 'b' },
    { name: 'one of the same failure', earlier: [repaired('a', 'b', 'this')], limit: 'same-failure', head: 'b' },
    {
      name: 'two, with a merge of the target branch between',
      earlier: [repaired('c', 'd', 'two'), merged('b', 'c'), repaired('a', 'b', 'one')],
      limit: 'tried-twice',
      head: 'd',
    },
    {
      name: 'two, and a commit of a person since',
      earlier: [repaired('b', 'c', 'two'), repaired('a', 'b', 'one')],
      limit: undefined,
      head: 'e',
    },
    {
      name: 'two that point at each other',
      earlier: [repaired('a', 'b', 'x'), repaired('b', 'a', 'y')],
      limit: 'tried-twice',
      head: 'b',
    },
  ])('$name: $limit', ({ earlier, limit, head = 'a' }) => {
    expect(findRepairLimit(head, 'this', earlier)).toBe(limit);
  });
});

describe('which failure it is', () => {
  const of = (log: string, tests: { suite: string; name: string }[] = [], name = 'test') =>
    fingerprintFailure([{ job: { name }, log }], tests);

  it('does not depend on times, ids and durations in a log', () => {
    const first = of('2026-01-05T10:00:00Z failed in 12.3s at 0xdeadbeef12\nexit code 1');
    expect(of('2026-01-06T11:30:59Z failed in 9.1s at 0x1234abcd99\nexit code 1')).toBe(first);
    expect(of('something else\nexit code 1')).not.toBe(first);
    expect(of('2026-01-05T10:00:00Z failed in 12.3s at 0xdeadbeef12\nexit code 1', [], 'lint')).not.toBe(first);
  });

  it('is its tests, where there are reports', () => {
    const greets = { suite: 'unit', name: 'greets' };
    const counts = { suite: 'unit', name: 'counts' };
    expect(of('one', [greets, counts])).toBe(of('two', [counts, greets]));
    expect(of('one', [greets])).not.toBe(of('one', [counts]));
  });
});
