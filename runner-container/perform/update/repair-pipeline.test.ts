import { describe, expect, it } from 'vitest';
import type { GitLab, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Job, Pipeline } from '../../../shared/domain/ports/pipelines.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { buildPipelineTask } from '../../../shared/domain/tasks/build-task.ts';
import { fingerprintFailure } from '../../../shared/domain/tasks/fingerprint-failure.ts';
import { HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { stripMarker } from '../../../shared/kernel/text/marker.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aMergeRequest, aNote, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { perform } from '../perform.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

const [OLD, HEAD, NEWER] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const PIPELINE: Pipeline = { id: 812, sha: HEAD, ref: 'agent/PROJ-1', status: 'failed', source: 'push' };
const LOG = 'expected Hello\nexit code 1';
const task = buildPipelineTask({ projectId: 7, mergeRequestIid: 3, headSha: HEAD, pipelineId: PIPELINE.id });
const signal = new AbortController().signal;

let lastId = 0;
function aJob(values: Partial<Job> = {}): Job {
  lastId += 1;
  return { id: lastId, name: 'test', stage: 'test', status: 'failed', allowFailure: false, ...values };
}
/** A job that has failed, was retried and has failed again. */
const twice = (values: Partial<Job> = {}) => [aJob(values), aJob(values)];

interface Given {
  pipeline?: Pipeline | undefined;
  jobs?: Job[];
  children?: Record<number, Job[]>;
  mergeRequest?: Partial<MergeRequest>;
  earlier?: Partial<Run>[];
  pushed?: string[];
  /** `second`: GitLab starts one job and refuses the next. */
  retryRefused?: boolean | 'second';
  /** Names; `undefined` where GitLab does not say. */
  manual?: string[] | undefined;
}

/** A run that must end before a session: no git is there. */
function createFixture(given: Given = {}) {
  const { children = {}, mergeRequest = {}, earlier = [], pushed = [], retryRefused = false } = given;
  const pipeline = 'pipeline' in given ? given.pipeline : PIPELINE;
  const clock = createManualClock();
  const notes: Note[] = [];
  const retried: number[] = [];
  /** Pipelines whose manual jobs were asked for. */
  const asked: number[] = [];
  const state = { pipeline, jobs: given.jobs ?? [aJob()] };
  const ours = { author: AGENT, sourceBranch: 'agent/PROJ-1', headSha: HEAD };
  const gitlab = only<GitLab>({
    getCurrentUser: async () => AGENT,
    getMergeRequest: async () => aMergeRequest({ ...ours, headPipeline: { id: PIPELINE.id }, ...mergeRequest }),
    listNotes: async () => notes,
    async createNote(_project: number, _iid: number, body: string) {
      const note = aNote({ body, author: AGENT });
      notes.push(note);
      return note;
    },
    findPipeline: async () => state.pipeline,
    listJobs: async (_project: number, id: number) => [...(children[id] ?? state.jobs)],
    listFailedChildren: async () => Object.keys(children).map(Number),
    listFailedTests: async () => [],
    async findManualJobs(_project: number, id: number) {
      asked.push(id);
      const jobs = children[id] ?? state.jobs;
      const manual = 'manual' in given ? given.manual : [];
      return manual && new Set(jobs.filter(({ name }) => manual.includes(name)).map((job) => job.id));
    },
    readJobLog: async () => LOG,
    async retryJob(_project: number, id: number) {
      if (retryRefused === true || (retryRefused === 'second' && retried.length > 0))
        throw new TaskError('gitlab-forbidden');
      retried.push(id);
    },
  });
  const binding = { ...aReviewedBinding(), repairPipelines: 'on' as const };
  const entry = { state: 'ready', binding, project: { projectId: 7, webUrl: 'https://gitlab.example/group/app' } };
  const context = aRunContext(task, { createdAt: clock.now() });
  for (const sha of pushed) context.stages.push({ name: 'pushing', fields: { sha } });
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => entry, listOfProject: async () => [entry] } }),
    gitlabFor: async () => gitlab,
    listEarlierRuns: async () => earlier.map((run) => aRun(run)),
    redact: (text: string) => text,
    maskWritten: (text: string) => text,
    settings: { workspaceRoot: '/nowhere' },
    removals: { makeRoom: () => Promise.reject(new TaskError('credential-unknown', { detail: 'a session begins' })) },
    clock,
    log: silentLog,
  } as unknown as RunnerDeps; // no session is begun here
  return { clock, state, retried, asked, notes, context, perform: () => perform(context, deps, signal) };
}

const texts = (notes: readonly Note[]) => notes.map(({ body }) => stripMarker(body));

describe('a failed job', () => {
  it('is retried once, and the run waits for it; one that passes then needs nothing', async () => {
    const { perform: work, state, retried, clock, notes } = createFixture();
    const [first] = state.jobs;
    const wait = { kind: 'wait', reason: 'pipeline', until: clock.now() + 2 * MINUTE };
    expect(await work()).toEqual(wait);
    expect(retried).toEqual([first?.id]);

    state.pipeline = { ...PIPELINE, status: 'running' };
    state.jobs = [aJob({ status: 'running' }), ...state.jobs];
    expect(await work()).toEqual(wait);
    state.pipeline = { ...PIPELINE, status: 'success' };
    expect(await work()).toEqual({ kind: 'superseded', reason: 'pipeline-passed' });
    expect(retried).toHaveLength(1);
    expect(notes).toEqual([]);
  });

  it('that GitLab does not start again goes to no session while another one runs', async () => {
    const jobs = [aJob({ name: 'unit' }), aJob({ name: 'deploy' })];
    const { perform: work, retried, clock } = createFixture({ jobs, retryRefused: 'second' });
    expect(await work()).toEqual({ kind: 'wait', reason: 'pipeline', until: clock.now() + 2 * MINUTE });
    expect(retried).toHaveLength(1);
  });

  it('is not retried again by a runner that takes over in the middle', async () => {
    const { perform: work, state, retried } = createFixture();
    await work();
    // The first runner was killed after its request; GitLab has started the job.
    state.pipeline = { ...PIPELINE, status: 'pending' };
    state.jobs = [aJob({ status: 'pending' }), ...state.jobs];
    await work();
    expect(retried).toHaveLength(1);
  });

  it('is waited for six hours at most', async () => {
    const { perform: work, clock } = createFixture({ pipeline: { ...PIPELINE, status: 'running' } });
    await clock.advance(6 * HOUR + 1);
    expect(await work()).toEqual({ kind: 'superseded', reason: 'pipeline-slow' });
  });

  it('that a person starts is left alone, in a child pipeline too, and a note says so', async () => {
    const children = { 900: [aJob({ name: 'deploy web' })] };
    const fixture = createFixture({ jobs: [aJob({ name: 'deploy' })], children, manual: ['deploy', 'deploy web'] });
    expect(await fixture.perform()).toMatchObject({ kind: 'done', result: { what: 'pipeline-left' } });
    expect(fixture.retried).toEqual([]);
    expect(fixture.asked).toEqual([PIPELINE.id, 900]);
    expect(texts(fixture.notes)[0]).toContain('All that failed were manual jobs.');
  });

  it('is asked about only where the pipeline has failed', async () => {
    const { perform: work, asked } = createFixture({ pipeline: { ...PIPELINE, status: 'running' } });
    await work();
    expect(asked).toEqual([]);
  });

  it.each<{ name: string; given: Given }>([
    { name: 'goes to a session at once where GitLab does not say which are manual', given: { manual: undefined } },
    { name: 'that failed again goes to a session', given: { jobs: twice() } },
    { name: 'that GitLab does not retry goes to a session', given: { retryRefused: true } },
    {
      name: 'of a child pipeline goes to a session with the one that started it',
      given: { jobs: [], children: { 900: twice() } },
    },
  ])('$name', async ({ given }) => {
    const { perform: work } = createFixture(given);
    expect(await work()).toMatchObject({ code: 'credential-unknown', detail: 'a session begins' });
  });
});

describe('a pipeline that is no more for the agent', () => {
  it.each<{ name: string; given: Given; reason: string }>([
    { name: 'the head has moved', given: { mergeRequest: { headSha: NEWER } }, reason: 'newer-head' },
    { name: 'the merge request was closed', given: { mergeRequest: { state: 'closed' } }, reason: 'closed' },
    { name: 'it is gone', given: { pipeline: undefined }, reason: 'pipeline-gone' },
    { name: 'it was canceled', given: { pipeline: { ...PIPELINE, status: 'canceled' } }, reason: 'pipeline-stopped' },
    {
      name: 'another pipeline decides about the merge',
      given: { mergeRequest: { headPipeline: { id: 999 } } },
      reason: 'other-pipeline',
    },
  ])('is left without a word where $name', async ({ given, reason }) => {
    const { perform: work, notes } = createFixture(given);
    expect(await work()).toEqual({ kind: 'superseded', reason });
    expect(notes).toEqual([]);
  });

  const failure = fingerprintFailure([{ job: { name: 'test' }, log: LOG }], []);
  const repaired = (from: string, to: string, which: string): Partial<Run> => ({
    task: buildPipelineTask({ projectId: 7, mergeRequestIid: 3, headSha: from, pipelineId: 1 }),
    state: 'done',
    result: { what: 'pipeline-repaired', commitSha: to, failure: which },
  });

  it.each<{ name: string; given: Given; says: string }>([
    {
      name: 'fails as before the repair',
      given: { jobs: twice(), earlier: [repaired(OLD, HEAD, failure)] },
      says: 'It fails as it did before the repair of the agent',
    },
    {
      name: 'fails otherwise after two repairs in a row',
      given: { jobs: twice(), earlier: [repaired(OLD, HEAD, 'two'), repaired(NEWER, OLD, 'one')] },
      says: 'twice in a row',
    },
    { name: 'has no failed job', given: { jobs: [] }, says: 'its CI configuration, which only people change' },
    {
      name: 'was ended by its runners',
      given: { jobs: twice({ failureReason: 'runner_system_failure' }) },
      says: 'by runners or settings',
    },
  ])('is told once where it $name', async ({ given, says }) => {
    const { perform: work, notes } = createFixture(given);
    const left = { kind: 'done', result: { what: 'pipeline-left', mergeRequestIid: 3 } };
    expect([await work(), await work()]).toMatchObject([left, left]);
    expect(texts(notes)).toEqual([expect.stringContaining(says)]);
    expect(texts(notes)[0]).toContain('https://gitlab.example/group/app/-/pipelines/812');
  });
});

it('a run that was killed after its push says so once, with the failure it repaired', async () => {
  const { perform: work, notes } = createFixture({
    jobs: twice(),
    mergeRequest: { headSha: NEWER },
    pushed: [NEWER],
  });
  const failure = fingerprintFailure([{ job: { name: 'test' }, log: LOG }], []);
  const done = { kind: 'done', result: { what: 'pipeline-repaired', commitSha: NEWER, failure } };
  expect([await work(), await work()]).toMatchObject([done, done]);
  expect(texts(notes)).toEqual([expect.stringContaining(`Pushed as ${NEWER}.`)]);
});
