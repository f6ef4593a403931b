import { expect, it } from 'vitest';

import { describeChecks } from './describe-checks.ts';

const tests = [
  { command: 'npm test', passed: true },
  { command: 'npm run lint', passed: false, note: 'two\nwarnings' },
];

it('lists what the agent says it ran as claims', () => {
  expect(describeChecks({ tests }, undefined)).toEqual([
    '`npm test` passed, says the agent',
    '`npm run lint` failed, says the agent (two warnings)',
  ]);
});

it('leaves out what the runner runs itself, unless the agent says that it failed', () => {
  expect(describeChecks({ tests }, ' npm test\n')).toEqual(['`npm run lint` failed, says the agent (two warnings)']);
  expect(describeChecks({ tests }, 'npm run lint')).toHaveLength(2);
});
