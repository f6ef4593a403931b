import { expect, it } from 'vitest';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { only } from '../../../test/doubles/only.ts';
import type { CodingRun } from './coding-run.ts';
import { showProgress } from './show-progress.ts';

function createFixture(updateComment?: (signal?: AbortSignal) => Promise<void>) {
  const clock = createManualClock();
  const log = createMemoryLog();
  const stages: string[] = [];
  const edits: { id: string; markdown: string }[] = [];
  const run = aRun({ runId: 'run-1' });
  const stage = async (name: string) => void stages.push(name);
  const jira = {
    async updateComment(_key: string, id: string, markdown: string, signal?: AbortSignal) {
      edits.push({ id, markdown });
      await updateComment?.(signal);
    },
  };
  const deps = { jira, clock, settings: { agentId: 'cmap' } };
  const coding = only<CodingRun>({
    issue: anIssue({ key: 'PROJ-1' }),
    context: only<CodingRun['context']>({ run, log, stage }),
    deps: only<CodingRun['deps']>(deps as unknown as Partial<CodingRun['deps']>), // no more of them is used
  });
  const progress = { now: 'It makes the change', attempt: 1, branch: 'agent/PROJ-1' };
  const announced = { progress, more: ['It stays here.'], commentId: '10400', at: clock.now() };
  const { context } = showProgress(coding, announced, new AbortController().signal);
  return { context, clock, stages, edits, log };
}

it('edits the comment of the run at each stage people wait through, by one request, with the time it has taken', async () => {
  const { context, clock, stages, edits } = createFixture();
  for (const name of ['agent-started', 'agent-finished', 'criteria', 'repair', 'pushing', 'pushed'] as const) {
    await clock.advance(30 * SECOND);
    await context.stage(name, name === 'repair' ? { round: 1 } : {});
  }
  expect(stages).toEqual(['agent-started', 'agent-finished', 'criteria', 'repair', 'pushing', 'pushed']);
  expect(edits.map(({ id }) => id)).toEqual(Array(4).fill('10400'));
  const last = edits.at(-1)?.markdown;
  expect(last).toContain('**The agent is working on this issue.** It makes the change.');
  expect(last?.match(/^- .*$/gm)).toEqual([
    '- The agent began with the change after 30 s.',
    '- The agent handed in its work after 1 min 0 s.',
    '- The checks before the push refused it, and the agent began to correct it (round 1) after 2 min 0 s.',
    '- It passed the checks before the push after 2 min 30 s.',
  ]);
  expect(last).toMatch(/It stays here\.\n\ncmap · report · run `run-1` · agent `cmap`$/);
});

it.each([new TaskError('jira-unavailable'), new TaskError('jira-forbidden'), new Error('aborted')])(
  'stops nothing where Jira answers %s',
  async (error) => {
    const { context, stages, log } = createFixture(() => Promise.reject(error));
    await context.stage('agent-started');
    expect(stages).toEqual(['agent-started']);
    expect(log.lines).toMatchObject([{ level: 'info', event: 'progress not shown' }]);
  },
);

it('gives an edit up after five seconds, so that none comes after the result', async () => {
  const given: AbortSignal[] = [];
  const { context, clock, log } = createFixture((signal) => {
    if (signal) given.push(signal);
    return new Promise(() => {});
  });
  let isOver = false;
  const stage = context.stage('pushing').then(() => {
    isOver = true;
  });
  await clock.advance(5 * SECOND - 1);
  expect([isOver, given.map(({ aborted }) => aborted)]).toEqual([false, [false]]);
  await clock.advance(1);
  await stage;
  expect(given.map(({ aborted }) => aborted)).toEqual([true]);
  expect(log.lines).toMatchObject([{ event: 'progress not shown', fields: { error: 'too late' } }]);
});
