import { expect, it } from 'vitest';
import { withoutOwnPaths } from './without-own-paths.ts';

const WORKSPACE = { validation: '/work/run-a.b/validation', scratch: '/work/run-a.b/scratch' };

it.each([
  { name: 'a place in a file', said: '/work/run-a.b/validation/src/a.ts:3:1 - error', shown: 'src/a.ts:3:1 - error' },
  { name: 'an address of a file', said: 'at file:///work/run-a.b/validation/a.mjs:9', shown: 'at a.mjs:9' },
  { name: 'the tree itself', said: '> app@1.0.0 test /work/run-a.b/validation', shown: '> app@1.0.0 test .' },
  { name: 'the home', said: 'log: /work/run-a.b/scratch/.npm/_logs/1.log', shown: 'log: ~/.npm/_logs/1.log' },
  { name: 'a directory beside it', said: '/work/run-a.b/validation-2', shown: '/work/run-a.b/validation-2' },
  { name: 'another run', said: '/work/run-aXb/validation/a', shown: '/work/run-aXb/validation/a' },
])('shows $name', ({ said, shown }) => {
  expect(withoutOwnPaths(said, WORKSPACE)).toBe(shown);
});
