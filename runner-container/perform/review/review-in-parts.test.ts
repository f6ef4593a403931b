import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_CRITERIA } from '../../../shared/domain/criteria/criterion.ts';
import type { ReviewResult } from '../../../shared/domain/review/finding.ts';
import type { FindingThread } from '../../../shared/domain/review/read-threads.ts';
import type { RunFileKind } from '../../../shared/domain/runs/run-files.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { aRunnerSettings } from '../../../test/builders/workspace.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { aFinding } from '../../../test/fixtures/diffs/builders.ts';
import { AGENT, aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { AgentRequest } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import type { ReviewBasis } from './gather-review.ts';
import { reviewInParts } from './review-in-parts.ts';
import type { ReviewSession } from './review-session.ts';

let context: string;
beforeEach(async () => {
  context = await mkdtemp(path.join(tmpdir(), 'cmap-test-'));
});
afterEach(() => rm(context, { recursive: true }));

/** How the session of one part ends. */
interface Ending {
  result?: Partial<ReviewResult>;
  fails?: ErrorCode;
  tokens?: number;
  minutes?: number;
}

const PARTS = [['a.ts'], ['b.ts', 'c.ts'], ['big.ts'], ['big.ts', 'yarn.lock']];

const file = (newPath: string) => ({
  oldPath: newPath,
  newPath,
  status: 'modified' as const,
  addedLines: 1,
  removedLines: 0,
  diffFile: `/context/${newPath}.diff`,
});

const thread = (discussionId: string, threadPath: string): FindingThread => ({
  discussionId,
  identity: { fingerprint: discussionId, anchor: 'a', rule: 'r' },
  state: 'open',
  path: threadPath,
  text: `thread ${discussionId}`,
  resolvable: true,
  othersSpoke: false,
  verdictGiven: false,
});

/** Reads four parts whose sessions end like this, with a budget of 1,000 tokens and a minute. */
async function readParts(
  endings: Ending[],
  {
    look = async () => {},
    promisedTokens,
    kept = [],
    root = context,
    title,
  }: {
    look?: () => Promise<void>;
    promisedTokens?: number;
    /** What attempts of the run have kept, the newest last. */
    kept?: string[];
    root?: string;
    title?: string;
  } = {},
) {
  const clock = createManualClock();
  const asked: AgentRequest<unknown>[] = [];
  const transcripts: string[] = [];
  const task = aReviewTask();
  const run = {
    task,
    binding: { ...aReviewedBinding(), budget: { maxTurns: 9, maxTokens: 1000, maxMinutes: 1 } },
    mergeRequest: aMergeRequest(),
    self: AGENT,
    context: aRunContext(task),
    deps: {
      clock,
      settings: aRunnerSettings(),
      ...(promisedTokens === undefined ? {} : { promisedTokens }),
      files: {
        async keep(_run: unknown, _kind: RunFileKind, text: string) {
          kept.push(text);
          return '';
        },
        findNewest: async () => kept.at(-1),
        find: async () => undefined,
      },
      saveTranscript: async (_run: unknown, text: string) => void transcripts.push(text),
      async runAgent(request: AgentRequest<unknown>) {
        const { result, fails, tokens = 10, minutes = 0 } = endings[asked.length] ?? {};
        asked.push(request);
        await clock.advance(minutes * MINUTE);
        const usage = { modelCalls: 1, inputTokens: tokens, outputTokens: 0 };
        if (fails) throw new AgentFailure(fails, { usage, transcript: '{}' });
        const whole = { summary: `Session ${asked.length}.`, findings: [], resolvedThreads: [], ...result };
        return { result: whole, usage, transcript: 'said' };
      },
    },
  };
  const material = {
    range: { kind: 'full' },
    files: [],
    parts: PARTS.map((names) => names.map(file)),
    beyond: [file('dist/app.js')],
    leftOut: [],
    instructions: [],
    commitMessages: [],
  };
  const workspace = { tree: '/nowhere', context, root };
  // Nothing else is looked at.
  const session = { run, material, workspace, discussions: [], headSha: 'a'.repeat(40), look } as unknown;
  const basis: ReviewBasis = {
    input: {
      mergeRequest: { ...run.mergeRequest, ...(title === undefined ? {} : { title }) },
      commitMessages: [],
      range: { kind: 'full', because: 'first' },
      headSha: '',
    },
    threads: [thread('t1', 'c.ts'), thread('t2', 'big.ts'), thread('t3', ''), thread('t4', 'gone.ts')],
    criteria: NO_CRITERIA,
  };
  const report = await reviewInParts(session as ReviewSession, basis, new AbortController().signal).catch(
    (error: unknown) => error as TaskError,
  );
  return { report, asked, transcripts, stages: run.context.stages };
}

describe('reviewInParts', () => {
  it('asks for each part once, with a map of the whole and what was found so far', async () => {
    const found = aFinding({ path: 'a.ts', startLine: 3, title: 'The name is ignored' });
    const { asked, report, stages } = await readParts([{ result: { findings: [found] } }]);
    expect(asked).toHaveLength(4);
    for (const { prompt } of asked)
      for (const name of ['part 1: a.ts', 'part 2: c.ts', 'part 4: yarn.lock', 'not read: dist/app.js'])
        expect(prompt).toContain(name);
    expect(asked.map(({ prompt }) => /This is part (\d)/.exec(prompt)?.[1])).toEqual(['1', '2', '3', '4']);
    expect(asked[1]?.prompt).toContain('b.ts (modified, +1 -0): /context/b.ts.diff');
    expect(asked[1]?.prompt).not.toContain('/context/a.ts.diff');
    expect(asked[0]?.prompt).not.toContain('findings so far');
    expect(asked[3]?.prompt).toContain('major, a.ts:3: The name is ignored');
    expect(await readFile(path.join(context, 'changed-files.txt'), 'utf8')).toContain('part 3: big.ts');
    expect(report).toMatchObject({
      usage: { modelCalls: 4, inputTokens: 40 },
      missed: [{ path: 'dist/app.js', why: 'parts' }],
      parts: [
        { number: 1, files: 1, from: 'a.ts', to: 'a.ts', summary: 'Session 1.' },
        { number: 2, files: 2, from: 'b.ts', to: 'c.ts', summary: 'Session 2.' },
        { number: 3 },
        { number: 4 },
      ],
    });
    expect(stages.map(({ name, fields }) => `${name} ${fields?.['part']}`)).toEqual([
      'agent-started 1',
      'agent-finished 1',
      'agent-started 2',
      'agent-finished 2',
      'agent-started 3',
      'agent-finished 3',
      'agent-started 4',
      'agent-finished 4',
    ]);
  });

  it('begins no part beyond what a budget of the day or month has promised the run', async () => {
    const { asked, report } = await readParts([{ tokens: 60 }, { tokens: 60 }], { promisedTokens: 130 });
    expect(asked).toHaveLength(2);
    expect(report).toMatchObject({ missed: expect.arrayContaining([{ path: 'yarn.lock', why: 'budget' }]) });
  });

  it('has each earlier finding judged once, by the part that reads its file', async () => {
    const { asked } = await readParts([]);
    const judged = asked.map(({ prompt }) => ['t1', 't2', 't3', 't4'].filter((id) => prompt.includes(`Thread ${id}`)));
    expect(judged).toEqual([['t3', 't4'], ['t1'], ['t2'], []]);
  });

  it('makes one finding of what two parts say', async () => {
    const same = aFinding({ path: 'a.ts', startLine: 3 });
    const { report } = await readParts([
      { result: { findings: [same] } },
      { result: { findings: [same, aFinding({ path: 'b.ts', startLine: 1 })] } },
    ]);
    expect(report).toMatchObject({ result: { findings: [{ path: 'a.ts' }, { path: 'b.ts' }] } });
  });

  it.each<{ name: string; endings: Ending[]; sessions: number; missed: string[] }>([
    {
      name: 'the tokens that are left are fewer than a part uses',
      endings: [{ tokens: 400 }, { tokens: 400 }],
      sessions: 2,
      missed: ['big.ts budget', 'yarn.lock budget', 'dist/app.js parts'],
    },
    {
      name: 'the time that is left is shorter than a part takes',
      endings: [{ minutes: 0.6 }],
      sessions: 1,
      missed: ['b.ts budget', 'c.ts budget', 'big.ts budget', 'yarn.lock budget', 'dist/app.js parts'],
    },
    {
      name: 'a part uses up what is left',
      endings: [{ tokens: 100 }, { tokens: 900, fails: 'agent-budget-exhausted' }],
      sessions: 2,
      missed: ['b.ts budget', 'c.ts budget', 'big.ts budget', 'yarn.lock budget', 'dist/app.js parts'],
    },
    {
      name: 'a part hands in nothing, and the next ones are read',
      endings: [{}, {}, { fails: 'agent-no-result' }],
      sessions: 4,
      missed: ['big.ts no-result in part', 'dist/app.js parts'],
    },
  ])('names what was not read where $name', async ({ endings, sessions, missed }) => {
    const { report, asked, transcripts } = await readParts(endings);
    expect(asked).toHaveLength(sessions);
    expect(transcripts).toHaveLength(sessions);
    if (report instanceof Error) throw report;
    expect(
      report.missed?.map(({ path: name, why, isInPart }) => `${name} ${why}${isInPart ? ' in part' : ''}`),
    ).toEqual(missed);
  });

  it('gives each session what the ones before have left of tokens and time', async () => {
    const { asked } = await readParts([{ tokens: 300, minutes: 0.25 }, { tokens: 200, minutes: 0.25 }, {}, {}]);
    expect(asked.map(({ limits }) => limits.maxTokens)).toEqual([500, 467, 500, 490]);
    expect(asked.map(({ limits }) => limits.wallClockMs)).toEqual([30_000, 30_000, 30_000, 30_000]);
  });

  it('reads the others where one slow part has used all of its share', async () => {
    const { asked, report } = await readParts([{ minutes: 0.5, fails: 'agent-timed-out' }, {}, {}, {}]);
    expect(asked.map(({ limits }) => limits.wallClockMs)).toEqual([30_000, 20_000, 30_000, 30_000]);
    expect(report).toMatchObject({ parts: [{ number: 2 }, { number: 3 }, { number: 4 }] });
  });

  it('goes on with the part that is missing when an earlier attempt has ended in the middle', async () => {
    const kept: string[] = [];
    const found = aFinding({ path: 'a.ts', startLine: 3, title: 'The name is ignored' });
    const first = await readParts([{ result: { findings: [found] } }, {}, { fails: 'model-unavailable' }], { kept });
    expect(first.report).toMatchObject({ code: 'model-unavailable' });
    // The next attempt has another directory, and people may have said something meanwhile.
    const other = await mkdtemp(path.join(tmpdir(), 'cmap-test-'));
    const former = context;
    context = other;
    const { asked, report } = await readParts([], { kept });
    await rm(former, { recursive: true });
    expect(asked.map(({ prompt }) => /This is part (\d)/.exec(prompt)?.[1])).toEqual(['3', '4']);
    expect(asked[0]?.prompt).toContain('major, a.ts:3: The name is ignored');
    expect(report).toMatchObject({
      result: { findings: [{ title: 'The name is ignored' }] },
      parts: [{ summary: 'Session 1.' }, { summary: 'Session 2.' }, { number: 3 }, { number: 4 }],
      usage: { modelCalls: 4 },
    });
  });

  it.each([
    { name: 'the merge request says something else', kept: undefined, title: 'Something else' },
    { name: 'what was kept cannot be read', kept: ['[{"key":1}]'], title: undefined },
  ])('begins again where $name', async ({ kept = [], title }) => {
    if (kept.length === 0) await readParts([{}, {}, { fails: 'model-unavailable' }], { kept });
    const { asked } = await readParts([], { kept, ...(title === undefined ? {} : { title }) });
    expect(asked).toHaveLength(4);
  });

  it('fails as one session does where no part gave a result', async () => {
    const { report } = await readParts(Array.from({ length: 4 }, () => ({ fails: 'agent-no-result' as const })));
    expect(report).toMatchObject({ code: 'agent-no-result' });
  });

  it('ends at once for what another attempt may not meet', async () => {
    const { report, asked } = await readParts([{}, { fails: 'model-unavailable' }]);
    expect(report).toMatchObject({ code: 'model-unavailable' });
    expect(asked).toHaveLength(2);
  });

  it('begins no part of a head that has moved', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      if (looks === 2) throw new TaskError('interrupted');
    };
    const { report, asked } = await readParts([], { look });
    expect(report).toMatchObject({ code: 'interrupted' });
    expect(asked).toHaveLength(2);
  });
});
