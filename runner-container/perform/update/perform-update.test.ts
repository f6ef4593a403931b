import { describe, expect, it } from 'vitest';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { buildTargetMergeTask } from '../../../shared/domain/tasks/build-task.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { stripMarker } from '../../../shared/kernel/text/marker.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aMergeRequest, aNote, aReviewedBinding, PERSON } from '../../../test/fixtures/discussions.ts';
import { perform } from '../perform.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

const [HEAD, TARGET, NEWER] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const task = buildTargetMergeTask({ projectId: 7, mergeRequestIid: 3, headSha: HEAD, targetSha: TARGET });
const OTHER_TARGET = buildTargetMergeTask({ projectId: 7, mergeRequestIid: 3, headSha: HEAD, targetSha: NEWER });
const USAGE = { modelCalls: 1, inputTokens: 1, outputTokens: 1 };
const signal = new AbortController().signal;

interface Given {
  mergeRequest?: Partial<MergeRequest>;
  rules?: Partial<Binding>;
  earlier?: Partial<Run>[];
  /** Commits this run has noted before it pushed them. */
  pushed?: string[];
}

/** A run that must end before it clones anything: no git is there. */
async function performUpdate({ mergeRequest = {}, rules = {}, earlier = [], pushed = [] }: Given = {}) {
  const binding = { ...aReviewedBinding(), mergeTarget: 'on' as const, ...rules };
  const ours = { author: AGENT, sourceBranch: 'agent/PROJ-1', headSha: HEAD };
  const notes: Note[] = [];
  const gitlab = only<GitLab>({
    getCurrentUser: async () => AGENT,
    getMergeRequest: async () => aMergeRequest({ ...ours, ...mergeRequest }),
    listNotes: async () => notes,
    async createNote(_project: number, _iid: number, body: string) {
      const note = aNote({ body, author: AGENT });
      notes.push(note);
      return note;
    },
  });
  const entry = { state: 'ready', binding, project: { projectId: 7 } };
  const context = aRunContext(task);
  for (const sha of pushed) await context.stage('pushing', { sha });
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => entry, listOfProject: async () => [entry] } }),
    gitlabFor: async () => gitlab,
    listEarlierRuns: async () => earlier.map((run) => aRun(run)),
    settings: { workspaceRoot: '/nowhere' },
    removals: { makeRoom: () => Promise.reject(new TaskError('credential-unknown', { detail: 'a clone begins' })) },
    clock: createManualClock(),
    log: silentLog,
  } as unknown as RunnerDeps; // nothing is cloned, and no session begun
  const outcomes = [await perform(context, deps, signal), await perform(context, deps, signal)];
  return { outcomes, notes: notes.map(({ body }) => stripMarker(body)) };
}

describe('an update for which no person has asked', () => {
  it.each<{ name: string; given: Given; reason: string }>([
    { name: 'the head has moved', given: { mergeRequest: { headSha: NEWER } }, reason: 'newer-head' },
    { name: 'the merge request was merged', given: { mergeRequest: { state: 'merged' } }, reason: 'closed' },
    { name: 'the binding was changed', given: { rules: { mergeTarget: 'off' } }, reason: 'merge-target-off' },
    { name: 'a person is the author', given: { mergeRequest: { author: PERSON } }, reason: 'not-own' },
    {
      name: 'the agent has left the conflict of this head to people, also at another target branch',
      given: {
        earlier: [
          {
            task: OTHER_TARGET,
            state: 'done',
            result: { what: 'merge-conflict' },
          },
        ],
      },
      reason: 'tried-before',
    },
    {
      name: 'a session of an update of this head has failed',
      given: { earlier: [{ task: OTHER_TARGET, state: 'failed', facts: { usage: USAGE } }] },
      reason: 'tried-before',
    },
    {
      name: 'an update gave way for that reason, and the first one is forgotten',
      given: { earlier: [{ task: OTHER_TARGET, state: 'superseded', detail: 'tried-before' }] },
      reason: 'tried-before',
    },
  ])('ends without a word where $name', async ({ given, reason }) => {
    const { outcomes, notes } = await performUpdate(given);
    expect(outcomes[0]).toEqual({ kind: 'superseded', reason });
    expect(notes).toEqual([]);
  });

  it.each<{ name: string; earlier: Partial<Run>[] }>([
    { name: 'one that failed before its session', earlier: [{ task: OTHER_TARGET, state: 'failed' }] },
    {
      name: 'one that gave way for another reason',
      earlier: [{ task: OTHER_TARGET, state: 'superseded', detail: 'closed' }],
    },
    {
      name: 'itself, where a person sent it again',
      earlier: [
        { task: OTHER_TARGET, state: 'superseded', detail: 'tried-before' },
        { task, state: 'failed', facts: { usage: USAGE } },
      ],
    },
  ])('is not kept from its work by $name', async ({ earlier }) => {
    const { outcomes } = await performUpdate({ earlier });
    expect(outcomes[0]).toMatchObject({ code: 'credential-unknown', detail: 'a clone begins' });
  });

  it('that was killed after its push says so once, and merges nothing again', async () => {
    const { outcomes, notes } = await performUpdate({ mergeRequest: { headSha: NEWER }, pushed: [NEWER] });
    const done = { kind: 'done', result: { what: 'target-merged', commitSha: NEWER, mergeRequestIid: 3 } };
    expect(outcomes).toMatchObject([done, done]);
    expect(notes).toEqual([`\`main\` was merged into the source branch. Pushed as ${NEWER}.`]);
  });
});
