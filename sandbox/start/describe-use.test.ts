import { expect, it } from 'vitest';
import { describeUse } from './describe-use.ts';

const file = '/work/checkout/.cmap-sandbox-2.env';

it.each([
  {
    name: 'sandbox-2',
    platform: 'linux',
    says: 'In another terminal: npx cmap COMMAND --env sandbox-2 (.cmap-sandbox-2.env)',
  },
  {
    platform: 'linux',
    says: 'In another terminal: CMAP_ENV_FILE=.cmap-sandbox-2.env npx cmap COMMAND',
  },
  {
    platform: 'win32',
    says: 'In another terminal: $env:CMAP_ENV_FILE=".cmap-sandbox-2.env"; npx cmap COMMAND',
  },
] as const)('$says', ({ name, platform, says }) => {
  expect(describeUse({ file, ...(name === undefined ? {} : { name }) }, platform)).toBe(says);
  expect(says.length).toBeLessThanOrEqual(80);
});
