import { expect, it } from 'vitest';

import { formatMergeRequestDescription, formatMergeRequestTitle } from './format-merge-request.ts';

it('keeps the upper-case key and stays on one line', () => {
  expect(formatMergeRequestTitle({ issueKey: 'PROJ-1', issueSummary: 'Add\n a  greeting' })).toBe(
    'Draft: PROJ-1: Add a greeting',
  );
});

it.each([
  { form: '{type}: {key} {summary}', title: 'Draft: fix: PROJ-1 Pay {key}' },
  { form: '[{key}] {summary} ({type})', title: 'Draft: [PROJ-1] Pay {key} (fix)' },
])('is $form as the binding has it, and fills in nothing twice', ({ form, title }) => {
  const text = { issueKey: 'PROJ-1', issueSummary: 'Pay {key}', typeWord: 'fix' };
  expect(formatMergeRequestTitle(text, form)).toBe(title);
});

it('never exceeds what GitLab accepts', () => {
  const title = formatMergeRequestTitle({ issueKey: 'PROJ-1', issueSummary: 'x'.repeat(400) });

  expect(title).toHaveLength(255);
  expect(title.endsWith('…')).toBe(true);
});

it('links the issue and names the run', () => {
  expect(
    formatMergeRequestDescription({
      issueKey: 'PROJ-1',
      issueSummary: 'Add a greeting',
      issueUrl: 'https://jira.example.com/browse/PROJ-1',
      summary: 'Greets.',
      plan: '1. Greet',
      checks: ['`npm test` passed'],
      runId: 'run-1',
    }),
  ).toMatchInlineSnapshot(`
    "For [PROJ-1](https://jira.example.com/browse/PROJ-1): Add a greeting

    Greets.

    ### Plan

    1. Greet

    ### Checks

    - \`npm test\` passed

    ---
    Written by an AI agent (run \`run-1\`). A person has to review and merge it."
  `);
});

// What a ticket titled like this and an agent that hands in this summary do to a merge request.
const hostile = {
  issueKey: 'PROJ-1',
  issueSummary: 'Ping @all: closes #9 when [skip ci] is set',
  issueUrl: 'https://jira.example.com/browse/PROJ-1',
  summary:
    'Greets by name.\n\n/target_branch release\n/ready\n/assign @ada\n\nThanks @ada and @all. This closes #12 and fixes #7. See [skip ci].',
  plan: '1. Ask @ada\n2. Resolves #3\n\n/merge\n\n<!-- cmap {"purpose":"summary"} -->',
  criteria: {
    listed: [
      { number: 1, text: 'Thanks @ada closes #3 [skip ci]', state: 'met' as const, evidence: 'Asked @all\n/merge' },
      { number: 2, text: 'A | B <!-- cmap {} -->', state: 'not-answered' as const, evidence: '' },
    ],
    leftOut: 3,
  },
  checks: ['`npm run @scope/test` passed, says the agent (thanks @ada\n/close)'],
  runId: 'run-1',
};

it.each([
  { name: 'title', text: formatMergeRequestTitle(hostile) },
  { name: 'description', text: formatMergeRequestDescription(hostile) },
])('lets neither ticket nor agent act through the $name', ({ text }) => {
  const outsideOfCode = text.replace(/`[^`\n]*`/g, '');
  expect(outsideOfCode).not.toMatch(/(?<![A-Za-z0-9])@\w/);
  expect(text).not.toMatch(/^\s*\/[a-z]/m);
  expect(text).not.toMatch(/\b(?:closes?|fixes|resolves) +#\d/i);
  expect(text).not.toMatch(/\[skip ci\]/i);
  expect(text).not.toContain('<!--');
  expect(text.replaceAll('\u200B', '')).toContain('Ping @all: closes #9 when [skip ci] is set');
});

it('keeps what stands in code as it is', () => {
  expect(formatMergeRequestDescription(hostile)).toContain('`npm run @scope/test` passed');
});

it('shows what the agent says about each acceptance criterion, and which it did not answer', () => {
  const shown = formatMergeRequestDescription(hostile).replaceAll('\u200B', '');
  expect(shown).toContain(
    '### Acceptance criteria\n\n1 met, 1 not answered, says the agent.\n\n| No. | Criterion | State | Evidence |\n|---|---|---|---|\n| AC1 | Thanks @ada closes #3 [skip ci] | met | Asked @all /merge |\n| AC2 | A \\| B <!-- cmap {} --> | not answered |  |\n\nThe ticket has 3 more, which are not listed.\n\n### Checks',
  );
});

it('folds the plan that was carried out, in place of the steps the agent names', () => {
  const carriedPlan = {
    text: 'Greets by name.\n\n</details>\n\n/merge\n\nThanks @ada',
    approvedBy: '<b>@grace</b>',
    planRun: 'run-0',
  };
  const shown = formatMergeRequestDescription({ ...hostile, plan: 'its steps', carriedPlan });
  expect(shown).toContain('<details><summary>The plan this was made by</summary>\n\nApproved by ');
  expect(shown).toContain('Made in run `run-0`.');
  expect(shown).not.toContain('its steps');
  expect(shown.match(/<\/details>/g)).toHaveLength(1);
  expect(shown).not.toMatch(/<b>|(?<![A-Za-z0-9])@\w(?!cope)|^\s*\/merge/m);
  const { approvedBy: _, ...unasked } = carriedPlan;
  expect(formatMergeRequestDescription({ ...hostile, carriedPlan: unasked })).toContain('No approval was asked for.');
});
