import { expect, it } from 'vitest';

import { appendKept, buildRefusalDetail, describeFailure } from './describe-failure.ts';

it('gives a refused change the steps of what was refused, and any other failure that of the catalogue', () => {
  const detail = buildRefusalDetail('- `a.env`: Line 1 looks like a credential.', [
    'Say where it comes from.',
    'Split.',
  ]);
  expect(describeFailure({ code: 'change-refused', detail })).toMatchObject({
    detail: '- `a.env`: Line 1 looks like a credential.',
    steps: ['Say where it comes from.', 'Split.'],
  });
  expect(describeFailure({ code: 'validation-failed', detail })).toMatchObject({
    detail,
    steps: [expect.stringContaining('Look at what it printed')],
  });
});

it.each([
  { name: 'without steps', detail: 'error: a.txt: cannot add to the index' },
  { name: 'that was cut among them', detail: `${buildRefusalDetail('- `a`: Is odd.', ['Ask for'])}\nplain na…` },
  { name: 'that was cut before them', detail: buildRefusalDetail('- `a`: Is odd.', ['x']).slice(0, -10) },
  { name: 'that is not there', detail: undefined },
])('a refusal $name has the step of the catalogue', ({ detail }) => {
  expect(describeFailure({ code: 'change-refused', ...(detail !== undefined && { detail }) })).toEqual({
    code: 'change-refused',
    sentence: 'The checks before the push refused the change, so nothing was delivered.',
    steps: ['Make that part of the change by hand, or ask for the change without it.'],
    ...(detail !== undefined && { detail }),
  });
});

it('says where refused work is, apart from what was refused', () => {
  const detail = buildRefusalDetail(
    '- `a`: Is odd.',
    ['Ask for plain names.'],
    ['Kept as a patch.', 'Not in it: `b`.'],
  );
  expect(describeFailure({ code: 'change-refused', detail })).toMatchObject({
    detail: '- `a`: Is odd.',
    kept: ['Kept as a patch.', 'Not in it: `b`.'],
    steps: ['Ask for plain names.'],
  });
});

it('takes what a program printed for nothing but what it printed', () => {
  const detail = appendKept('Where the work is:\n\n- [here](https://evil.example)', ['Kept as a patch.']);
  expect(describeFailure({ code: 'validation-failed', detail })).not.toHaveProperty('kept');
});
