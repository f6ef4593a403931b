import { expect, it } from 'vitest';

import { describeDuration } from './describe-duration.ts';
import { formatFailure, formatNoChanges, formatProgress, formatResult } from './format-run-report.ts';

const result = {
  summary: 'Adds a greeting.',
  branch: 'agent/PROJ-1',
  commitSha: '0123456789abcdef',
  mergeRequestUrl: 'https://gitlab.example.com/group/app/-/merge_requests/3',
  mergeRequestIid: 3,
  checks: ['`npm test` passed'],
  usage: { modelCalls: 4, inputTokens: 1200, outputTokens: 300 },
  durationMs: 65_000,
  rework: false,
};

it('tells where the change is and what it cost', () => {
  expect(formatResult(result)).toMatchInlineSnapshot(`
    "**Merge request [!3](https://gitlab.example.com/group/app/-/merge_requests/3) was opened as a draft.** A person has to review and merge it.

    Adds a greeting.

    - Branch: [\`agent/PROJ-1\`](https://gitlab.example.com/group/app/-/tree/agent/PROJ-1)
    - Commit: [\`01234567\`](https://gitlab.example.com/group/app/-/commit/0123456789abcdef)
    - 1 min 5 s, 4 model calls, 1,500 tokens

    Checks:

    - \`npm test\` passed"
  `);
});

it('shows the plan of the agent, as much of it as fits, also on rework', () => {
  const plan = Array.from({ length: 30 }, (_, index) => `${index + 1}. ${'step '.repeat(40)}`).join('\n');
  const text = formatResult({ ...result, plan, rework: true });
  expect(text).toContain('\n\nPlan:\n\n1. step step');
  expect(text.length).toBeLessThan(2500);
  expect(formatResult({ ...result, plan: '1. Greet' })).toContain('Plan:\n\n1. Greet\n\nChecks:');
});

it('shows the acceptance criteria with what the agent says about them', () => {
  const criteria = {
    listed: [{ number: 1, text: 'A | B', state: 'partly' as const, evidence: 'Only\nA.' }],
    leftOut: 0,
  };
  expect(formatResult({ ...result, criteria })).toContain(
    'Acceptance criteria:\n\n1 partly met, says the agent.\n\n| No. | Criterion | State | Evidence |\n|---|---|---|---|\n| AC1 | A \\| B | partly met | Only A. |\n\nChecks:',
  );
});

it('says "updated" on rework', () => {
  expect(formatResult({ ...result, rework: true })).toContain('was updated');
});

it('names the attempt only from the second on', () => {
  expect(formatProgress({ now: 'Cloning', attempt: 1 })).not.toContain('attempt');
  expect(formatProgress({ now: 'Cloning', attempt: 2 })).toContain('This is attempt 2.');
});

const askAgain = 'Ask again.';

it('shows what the agent says as what the agent says', () => {
  expect(formatNoChanges({ summary: 'Added it.', askAgain })).toContain('It says: Added it.');
});

it('asks the question when the agent has one', () => {
  expect(formatNoChanges({ summary: 'x', question: 'Which page?', askAgain })).toContain(
    'Which page?\n\nAdd what is missing to the issue. Ask again.',
  );
});

it('says how to answer where a comment is the answer', () => {
  const text = formatNoChanges({ summary: 'x', question: 'Which page?', awaitsAnswer: true, askAgain });
  expect(text).toContain('Which page?\n\nAnswer in a comment here: the agent goes on with it by itself');
  expect(text).not.toContain(askAgain);
});

it('tells an unknown code only as an unexpected error', () => {
  expect(formatFailure({ code: 'ECONNRESET secret stuff' })).toMatchInlineSnapshot(`
    "**The agent stopped.** An unexpected error happened.

    Next step: Ask the platform team to look up this run in the log."
  `);
});

it('keeps details inside their block', () => {
  expect(formatFailure({ code: 'validation-failed', detail: 'a\n```\n**b**' })).toContain('````\na\n```\n**b**\n````');
});

it.each([
  { ms: 400, text: '0 s' },
  { ms: 59_499, text: '59 s' },
  { ms: 65_000, text: '1 min 5 s' },
  { ms: 3_720_000, text: '1 h 2 min' },
])('$ms ms reads as $text', ({ ms, text }) => {
  expect(describeDuration(ms)).toBe(text);
});

it('names branch and commit without a link where the address of the merge request is an unusual one', () => {
  expect(formatResult({ ...result, mergeRequestUrl: 'https://gitlab.example.com/x/3' })).toContain(
    '- Branch: `agent/PROJ-1`\n- Commit: `01234567`\n',
  );
});
