import { expect, it } from 'vitest';

import { formatMergeRequestDescription, formatMergeRequestTitle } from './format-merge-request.ts';

it('keeps the upper-case key and stays on one line', () => {
  expect(formatMergeRequestTitle({ issueKey: 'PROJ-1', issueSummary: 'Add\n a  greeting' })).toBe(
    'Draft: PROJ-1: Add a greeting',
  );
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
