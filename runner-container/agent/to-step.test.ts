import { expect, it } from 'vitest';

import { toStep } from './to-step.ts';

const CONTEXT = { workTree: '/w', redact: (text: string) => text.replaceAll('half-a-secret', '[secret]') };

it.each([
  { tool: 'view', input: { path: '/w/src/a.ts' }, target: 'src/a.ts' },
  { tool: 'view', input: { path: '/w' }, target: '.' },
  { tool: 'view', input: { path: '/etc/passwd' }, target: '/etc/passwd' },
  { tool: 'bash', input: { command: '\n npm test\nrm -rf x' }, target: 'npm test' },
  { tool: 'grep', input: { pattern: 'TODO', path: '/w' }, target: 'TODO' },
  { tool: 'bash', input: { command: 'x'.repeat(500) }, target: `${'x'.repeat(119)}…` },
  { tool: 'bash', input: { command: `${'x'.repeat(118)}💡 and more` }, target: `${'x'.repeat(118)}…` },
  {
    tool: 'bash',
    input: { command: `${'x'.repeat(110)} half-a-secret y` },
    target: `${'x'.repeat(110)} [secret]…`,
  },
  { tool: 'submit_result', input: { summary: 'a' }, target: undefined },
  { tool: 'view', input: { path: 7 }, target: undefined },
  { tool: 'view', input: 'nonsense', target: undefined },
  { tool: 'view', input: undefined, target: undefined },
])('$tool $input shows $target', ({ tool, input, target }) => {
  expect(toStep(tool, input, CONTEXT)).toEqual(target === undefined ? { tool } : { tool, target });
});
