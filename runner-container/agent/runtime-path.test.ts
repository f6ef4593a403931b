import { accessSync, constants } from 'node:fs';

import { expect, it } from 'vitest';

import { findRuntimePath } from './runtime-path.ts';

it('finds the runtime that was installed with the package', () => {
  expect(() => accessSync(findRuntimePath(), constants.X_OK)).not.toThrow();
});

it('says what to do when there is none for this machine', () => {
  expect(() => findRuntimePath('plan9-mips')).toThrow(
    'The Copilot runtime for this machine is missing (@github/copilot-sdk-plan9-mips): run npm install on this platform, without --omit=optional',
  );
});
