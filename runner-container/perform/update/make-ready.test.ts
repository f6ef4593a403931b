import { describe, expect, it } from 'vitest';
import type { GitLab, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Pipeline } from '../../../shared/domain/ports/pipelines.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { buildReadyTask } from '../../../shared/domain/tasks/build-task.ts';
import { HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { stripMarker } from '../../../shared/kernel/text/marker.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aMergeRequest, aNote, aReviewedBinding, PERSON } from '../../../test/fixtures/discussions.ts';
import { perform } from '../perform.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

const [HEAD, OTHER] = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string];
const PIPELINE: Pipeline = { id: 812, sha: HEAD, ref: 'agent/PROJ-1', status: 'success', source: 'push' };
const task = buildReadyTask({ projectId: 7, mergeRequestIid: 3, headSha: HEAD, pipelineId: PIPELINE.id });
const MET = { met: 2, partly: 0, 'not-met': 0, 'not-answered': 0 };
const WORK = { what: 'merge-request', mergeRequestIid: 3, commitSha: HEAD, criteria: MET };
const NOTE =
  '**Ready for review:** its [pipeline](https://gitlab.example/group/app/-/pipelines/812) has passed, and the agent that made it says that all 2 acceptance criteria are met. Make it a draft again, and the agent leaves it one.';
const REVIEW = 'run-of-review';
const signal = new AbortController().signal;
const coding = (values: Partial<Run>) => aRun({ task: aCodingTask(), state: 'done', result: WORK, ...values });

interface Given {
  pipeline?: Pipeline | undefined;
  mergeRequest?: Partial<MergeRequest>;
  notes?: Note[];
  ofTicket?: Run[];
  ofMergeRequest?: Run[];
  ready?: 'when-green' | undefined;
  /** Whether the agent reviews its own merge requests. */
  isReviewed?: boolean;
  rules?: Parameters<typeof aReviewedBinding>[0];
  /** Of the review. */
  events?: () => RunEvent[];
  /** The first time GitLab is asked to change the title. */
  updateFails?: boolean;
  /** What people change once the run has read the merge request. */
  meanwhile?: Partial<MergeRequest>;
}

function createFixture(given: Given = {}) {
  const { ofTicket = [coding({})], ofMergeRequest = [] } = given;
  const notes = [...(given.notes ?? [])];
  const clock = createManualClock();
  let isRefused = given.updateFails ?? false;
  const title = 'draft: [Draft] PROJ-1: Draft: a letter';
  const ours = { author: AGENT, sourceBranch: 'agent/PROJ-1', headSha: HEAD, draft: true, title };
  const found = { ...aMergeRequest({ ...ours, ...given.mergeRequest }) };
  const titles: (string | undefined)[] = [];
  const gitlab = only<GitLab>({
    getCurrentUser: async () => AGENT,
    getMergeRequest: async () => ({ ...found }),
    findPipeline: async () => ('pipeline' in given ? given.pipeline : PIPELINE),
    listNotes: async () => notes,
    async updateMergeRequest(_project: number, _iid: number, values: { title?: string }) {
      if (isRefused) {
        isRefused = false;
        throw new TaskError('gitlab-unavailable');
      }
      titles.push(values.title);
      Object.assign(found, values, { draft: false });
      return found;
    },
    async createNote(_project: number, _iid: number, body: string) {
      const note = aNote({ body, author: AGENT });
      notes.push(note);
      return note;
    },
  });
  const reviewed = aReviewedBinding({ enabled: given.isReviewed ?? false, ...given.rules });
  const ready = 'ready' in given ? given.ready : 'when-green';
  const binding = { ...reviewed, mergeRequest: { ...reviewed.mergeRequest, ...(ready ? { ready } : {}) } };
  const entry = { state: 'ready', binding, project: { projectId: 7, webUrl: 'https://gitlab.example/group/app' } };
  const context = aRunContext(task, { createdAt: clock.now() });
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => entry, listOfProject: async () => [entry] } }),
    gitlabFor: async () => gitlab,
    async listEarlierRuns({ task: { scope } }: { task: { scope: string } }) {
      Object.assign(found, given.meanwhile);
      return scope === 'issue~PROJ-1' ? ofTicket : ofMergeRequest;
    },
    listRunEvents: async (runId: string) =>
      runId === REVIEW
        ? (given.events?.() ?? [])
        : context.stages.map((stage) => ({ ...stage, runId: context.run.runId, at: 0 })),
    settings: { workspaceRoot: '/nowhere' },
    clock,
    log: silentLog,
  } as unknown as RunnerDeps; // nothing is cloned, and no session begun
  return {
    clock,
    titles,
    found,
    said: () => notes.filter(({ author }) => author === AGENT).map(({ body }) => stripMarker(body)),
    begin: () => perform(context, deps, signal),
    /** As the next attempt, after the first one was killed. */
    again: () => perform({ ...context, run: { ...context.run, attempt: 2 } }, deps, signal),
  };
}

describe('a draft whose pipeline has passed', () => {
  it('is taken out of draft and says so in one line', async () => {
    const { begin, titles, said } = createFixture();
    expect(await begin()).toMatchObject({ kind: 'done', result: { what: 'ready', mergeRequestIid: 3 } });
    expect(titles).toEqual(['PROJ-1: Draft: a letter']);
    expect(said()).toEqual([NOTE]);
  });

  it('keeps the title that a person has given it meanwhile', async () => {
    const { begin, titles } = createFixture({ meanwhile: { title: 'Draft: PROJ-1: A better title' } });
    expect(await begin()).toMatchObject({ kind: 'done' });
    expect(titles).toEqual(['PROJ-1: A better title']);
  });

  it.each<{ name: string; meanwhile: Partial<MergeRequest>; reason: string }>([
    { name: 'pushed', meanwhile: { headSha: OTHER }, reason: 'newer-head' },
    { name: 'closed it', meanwhile: { state: 'closed' }, reason: 'closed' },
    { name: 'took it out of draft themselves', meanwhile: { draft: false }, reason: 'not-draft' },
  ])('is left alone where people have $name meanwhile', async ({ meanwhile, reason }) => {
    const { begin, titles, said } = createFixture({ meanwhile });
    expect(await begin()).toEqual({ kind: 'superseded', reason });
    expect([titles, said()]).toEqual([[], []]);
  });

  it.each([
    {
      name: 'a ticket without criteria',
      given: { ofTicket: [coding({ result: { ...WORK, criteria: undefined } as never })] },
    },
    {
      name: 'a head that the agent pushed later',
      given: {
        ofTicket: [coding({ result: { ...WORK, commitSha: OTHER } })],
        ofMergeRequest: [aRun({ result: { what: 'pipeline-repaired', commitSha: HEAD } })],
      },
    },
    { name: 'a merged result', given: { pipeline: { ...PIPELINE, sha: OTHER, ref: 'refs/merge-requests/3/merge' } } },
  ])('$name keeps it from nothing', async ({ given }) => {
    const { begin, titles } = createFixture(given);
    expect(await begin()).toMatchObject({ kind: 'done' });
    expect(titles).toHaveLength(1);
  });

  it('is not changed twice by an attempt that follows one that was killed, and is told of once', async () => {
    const { begin, again, titles, said } = createFixture({ updateFails: true });
    expect(await begin()).toMatchObject({ kind: 'retry' });
    expect(said()).toEqual([]);
    expect(await again()).toMatchObject({ kind: 'done' });
    expect(await again()).toMatchObject({ kind: 'done' });
    expect(titles).toHaveLength(1);
    expect(said()).toEqual([NOTE]);
  });
});

describe('it stays a draft', () => {
  const byPerson = aNote({ system: true, author: PERSON, body: 'marked this merge request as **draft**' });
  const earlier = aNote({ author: AGENT, body: 'Ready\n\n<!-- cmap {"purpose":"ready","run":"run-0"} -->' });
  it.each<{ name: string; given: Given; reason: string }>([
    { name: 'the binding leaves it to people', given: { ready: undefined }, reason: 'ready-by-people' },
    { name: 'it was closed', given: { mergeRequest: { state: 'closed' } }, reason: 'closed' },
    { name: 'a person opened it', given: { mergeRequest: { author: PERSON } }, reason: 'not-own' },
    { name: 'the head has moved', given: { mergeRequest: { headSha: OTHER } }, reason: 'newer-head' },
    { name: 'a person has taken it out', given: { mergeRequest: { draft: false } }, reason: 'not-draft' },
    { name: 'the pipeline is gone', given: { pipeline: undefined }, reason: 'pipeline-gone' },
    {
      name: 'its pipeline has failed by now',
      given: { pipeline: { ...PIPELINE, status: 'failed' } },
      reason: 'pipeline-not-green',
    },
    {
      name: 'GitLab waits for another pipeline',
      given: { mergeRequest: { headPipeline: { id: 813 } } },
      reason: 'other-pipeline',
    },
    { name: 'a person made it one', given: { notes: [byPerson] }, reason: 'drafted-by-a-person' },
    { name: 'it is one again after the agent took it out', given: { notes: [earlier] }, reason: 'drafted-by-a-person' },
    {
      name: 'a person has pushed',
      given: { ofTicket: [coding({ result: { ...WORK, commitSha: OTHER } })] },
      reason: 'head-of-a-person',
    },
    {
      name: 'not all criteria were looked at',
      given: { ofTicket: [coding({ result: { ...WORK, criteria: { ...MET, leftOut: 5 } } })] },
      reason: 'criteria-not-met',
    },
    { name: 'nothing is known of the work', given: { ofTicket: [] }, reason: 'criteria-unknown' },
    ...(['partly', 'not-met', 'not-answered'] as const).map((state) => ({
      name: `a criterion is ${state}`,
      given: { ofTicket: [coding({ result: { ...WORK, criteria: { ...MET, [state]: 1 } } })] },
      reason: 'criteria-not-met',
    })),
  ])('where $name', async ({ given, reason }) => {
    const { begin, titles, said } = createFixture(given);
    expect(await begin()).toEqual({ kind: 'superseded', reason });
    expect(titles).toEqual([]);
    expect(said().filter((text) => text.includes('pipeline'))).toEqual([]);
  });

  it.each<{ name: string; given: Given; reason: string; end: string }>([
    {
      name: 'a job of its pipeline was started again',
      given: { pipeline: { ...PIPELINE, status: 'running' } },
      reason: 'pipeline',
      end: 'pipeline-not-green',
    },
    {
      name: 'the run of its ticket is not over, which knows of the criteria',
      given: { ofTicket: [coding({ state: 'running' }), coding({})] },
      reason: 'run-of-ticket',
      end: 'work-under-way',
    },
  ])('while $name, and not longer than six hours', async ({ given, reason, end }) => {
    const { begin, clock, titles } = createFixture(given);
    expect(await begin()).toEqual({ kind: 'wait', reason, until: clock.now() + 2 * MINUTE });
    await clock.advance(6 * HOUR + MINUTE);
    expect(await begin()).toEqual({ kind: 'superseded', reason: end });
    expect(titles).toEqual([]);
  });
});

describe('where the agent reviews its merge requests', () => {
  const review = (values: Partial<Run> = {}) =>
    aRun({
      runId: REVIEW,
      task: aReviewTask({ headSha: HEAD }),
      state: 'done',
      result: { what: 'reviewed', criteria: MET, headSha: HEAD, issueKey: 'PROJ-1' },
      ...values,
    });
  const claimed = { ...MET, met: 1, partly: 1 };

  it('its marks of that head decide, and the line says so', async () => {
    const ofTicket = [coding({ result: { ...WORK, criteria: claimed } })];
    const { begin, again, said } = createFixture({ isReviewed: true, ofTicket, ofMergeRequest: [review()] });
    expect(await begin()).toMatchObject({ kind: 'done' });
    await again();
    expect(said()).toEqual([expect.stringContaining("and the agent's review of this commit says that all 2 ")]);
  });

  it.each<{ name: string; marked: Run; reason: string }>([
    {
      name: 'marks what the agent calls met as not met',
      marked: review({ result: { what: 'reviewed', criteria: claimed, headSha: HEAD } }),
      reason: 'criteria-not-met',
    },
    { name: 'failed', marked: review({ state: 'failed', result: undefined as never }), reason: 'criteria-not-marked' },
    { name: 'could not read them', marked: review({ result: { what: 'reviewed' } }), reason: 'criteria-not-marked' },
  ])('it stays a draft where its review $name', async ({ marked, reason }) => {
    const { begin, titles } = createFixture({ isReviewed: true, ofMergeRequest: [marked] });
    expect(await begin()).toEqual({ kind: 'superseded', reason });
    expect(titles).toEqual([]);
  });

  it.each([
    { name: 'under way', ofMergeRequest: [review({ state: 'running' })], longest: 6 * HOUR },
    {
      name: 'not begun, though one of an earlier head says so',
      ofMergeRequest: [
        review({ task: aReviewTask({ headSha: OTHER }), result: { what: 'reviewed', criteria: MET, headSha: OTHER } }),
      ],
      longest: 30 * MINUTE,
    },
  ])('it waits for a review that is $name', async ({ ofMergeRequest, longest }) => {
    const { begin, clock } = createFixture({ isReviewed: true, ofMergeRequest });
    expect(await begin()).toEqual({ kind: 'wait', reason: 'review', until: clock.now() + 2 * MINUTE });
    await clock.advance(longest + MINUTE);
    expect(await begin()).toEqual({ kind: 'superseded', reason: 'criteria-not-marked' });
  });

  const reviewedNote = (sha: string) =>
    aNote({ author: AGENT, body: `Summary\n\n<!-- cmap {"purpose":"summary","sha":"${sha}"} -->` });
  const notReviewed = (detail: string) => review({ state: 'superseded', detail, result: undefined as never });

  it.each<{ name: string; given: Given }>([
    { name: 'its branch is skipped', given: { rules: { skipBranches: ['agent/*'] } } },
    { name: 'a word of its title is skipped', given: { rules: { skipTitleWords: ['letter'] } } },
    {
      name: 'a label of it is skipped',
      given: { rules: { skipLabels: ['no-review'] }, mergeRequest: { labels: ['No-Review'] } },
    },
    { name: 'a push is not reviewed', given: { rules: { onPush: false }, notes: [reviewedNote(OTHER)] } },
    {
      name: 'a person paused reviews',
      given: { notes: [aNote({ author: AGENT, body: 'Paused\n\n<!-- cmap {"purpose":"paused"} -->' })] },
    },
    ...['paths', 'too-large', 'label'].map((detail) => ({
      name: `its review ended with ${detail}`,
      given: { ofMergeRequest: [notReviewed(detail)] },
    })),
  ])('the word of the agent counts where $name', async ({ given }) => {
    const { begin, said } = createFixture({ isReviewed: true, ...given });
    expect(await begin()).toMatchObject({ kind: 'done' });
    expect(said()).toContain(NOTE);
    const ofTicket = [coding({ result: { ...WORK, criteria: claimed } })];
    const unmet = createFixture({ isReviewed: true, ...given, ofTicket });
    expect(await unmet.begin()).toEqual({ kind: 'superseded', reason: 'criteria-not-met' });
  });

  it.each<{ name: string; given: Given }>([
    { name: 'a review that a person asked for has marks', given: { rules: { skipBranches: ['agent/*'] } } },
    { name: 'reviews are off by now', given: { isReviewed: false } },
  ])('its marks decide where $name', async ({ given }) => {
    const ofMergeRequest = [review({ result: { what: 'reviewed', criteria: claimed, headSha: HEAD } })];
    const { begin } = createFixture({ isReviewed: true, ofMergeRequest, ...given });
    expect(await begin()).toEqual({ kind: 'superseded', reason: 'criteria-not-met' });
  });

  it('the word of the agent is not taken where a review ended for another reason', async () => {
    const { begin } = createFixture({ isReviewed: true, ofMergeRequest: [notReviewed('cancelled')] });
    expect(await begin()).toEqual({ kind: 'superseded', reason: 'criteria-not-marked' });
  });

  it.each(['budget', 'month-budget'])('what a review waits for its %s is no part of the six hours', async (reason) => {
    const waiting = review({ state: 'parked', parkedReason: reason, result: undefined as never });
    const ofMergeRequest = [waiting];
    const events: RunEvent[] = [];
    const { begin, clock } = createFixture({ isReviewed: true, ofMergeRequest, events: () => events });
    const about = { runId: REVIEW, fields: { reason } };
    events.push({ ...about, name: 'parked', at: clock.now() });
    await clock.advance(20 * HOUR);
    expect(await begin()).toEqual({ kind: 'wait', reason: 'review', until: clock.now() + 30 * MINUTE });
    ofMergeRequest[0] = review({ state: 'running' });
    events.push({ ...about, name: 'running', at: clock.now() });
    await clock.advance(5 * HOUR);
    expect(await begin()).toEqual({ kind: 'wait', reason: 'review', until: clock.now() + 2 * MINUTE });
    await clock.advance(HOUR + MINUTE);
    expect(await begin()).toEqual({ kind: 'superseded', reason: 'criteria-not-marked' });
  });

  it('a ticket without criteria waits for no review', async () => {
    const ofTicket = [coding({ result: { ...WORK, criteria: undefined } as never })];
    expect(await createFixture({ isReviewed: true, ofTicket }).begin()).toMatchObject({ kind: 'done' });
  });
});
