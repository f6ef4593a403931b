import { expect, it } from 'vitest';

import { REFS } from '../../../test/fixtures/diffs/builders.ts';
import type { Severity } from '../mapping/severity.ts';
import { describeCanceled, planReviewStatus } from './plan-review-status.ts';
import type { FindingThread } from './read-threads.ts';

const { headSha } = REFS;
const OLD = 'd'.repeat(40);

const thread = (severity: Severity | undefined, values: Partial<FindingThread> = {}): FindingThread => ({
  discussionId: 'd1',
  identity: { fingerprint: 'f', anchor: 'a', rule: 'r' },
  state: 'open',
  path: 'src/save.ts',
  headSha,
  ...(severity === undefined ? {} : { severity }),
  text: 'x',
  resolvable: true,
  othersSpoke: false,
  verdictGiven: false,
  ...values,
});

it.each<{
  name: string;
  threads: FindingThread[];
  minSeverity?: Severity;
  overflow?: Severity[];
  unreadable?: number;
  missed?: number;
  expected: string;
}>([
  {
    name: 'a file that was not looked at',
    threads: [],
    missed: 1,
    expected: 'failed: 1 file was not looked at. The summary names them.',
  },
  {
    name: 'files that were not looked at beside an open finding',
    threads: [thread('major')],
    missed: 12,
    expected:
      'failed: 1 open finding: 1 major. 12 files were not looked at. Resolve the threads, then write /copilot review.',
  },
  { name: 'no finding', threads: [], expected: 'success: No open finding.' },
  {
    name: 'findings of earlier heads too',
    threads: [thread('nit', { headSha: OLD }), thread('blocker'), thread('nit')],
    expected: 'failed: 3 open findings: 1 blocker, 2 nit. Resolve the threads, then write /copilot review.',
  },
  {
    name: 'only what is at least the floor',
    threads: [thread('minor'), thread('nit')],
    minSeverity: 'major',
    expected: 'success: No open finding of at least major.',
  },
  {
    name: 'a finding of an unknown severity as the worst',
    threads: [thread(undefined)],
    minSeverity: 'blocker',
    expected: 'failed: 1 open finding: 1 blocker. Resolve the threads, then write /copilot review.',
  },
  {
    name: 'nothing that is fixed, settled or dismissed',
    threads: (['fixed', 'settled', 'dismissed'] as const).map((state) => thread('blocker', { state })),
    expected: 'success: No open finding.',
  },
  {
    name: 'a plain note, which cannot be resolved, at its own head only',
    threads: [thread('major', { resolvable: false }), thread('blocker', { resolvable: false, headSha: OLD })],
    expected: 'failed: 1 open finding: 1 major. Resolve the threads, then write /copilot review.',
  },
  {
    name: 'what is above the cap',
    threads: [],
    overflow: ['major', 'nit'],
    minSeverity: 'minor',
    expected: 'failed: 1 open finding: 1 major. Resolve the threads, then write /copilot review.',
  },
  {
    name: 'a finding that could not be read, at any floor',
    threads: [],
    minSeverity: 'blocker',
    unreadable: 1,
    expected: 'failed: 1 finding could not be read. Write /copilot review.',
  },
  {
    name: 'findings that could not be read beside others',
    threads: [thread('major')],
    unreadable: 2,
    expected:
      'failed: 1 open finding: 1 major. 2 findings could not be read. Resolve the threads, then write /copilot review.',
  },
])('counts $name', ({ threads, minSeverity = 'nit', overflow = [], unreadable = 0, missed = 0, expected }) => {
  const { state, description } = planReviewStatus({ threads, headSha, minSeverity, overflow, unreadable, missed });
  expect(`${state}: ${description}`).toBe(expected);
});

it('says why a review was canceled', () => {
  expect(describeCanceled('newer-head')).toEqual({
    state: 'canceled',
    description: 'A newer commit is reviewed instead.',
  });
  expect(describeCanceled('closed').description).toBe('The merge request is not open any more.');
  expect(describeCanceled('try-again').description).toBe('The review was interrupted and is tried again.');
  expect(describeCanceled('label').description).toBe('The review is not wanted any more: label.');
});
