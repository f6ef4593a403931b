import { expect, it } from 'vitest';

import { digestMapCode } from './build-program.ts';

it('the digest of the code that checks maps is of all of it, and the same for the same code', async () => {
  const { digest, files } = await digestMapCode();
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  for (const file of [
    'shared/domain/mapping/source/check-source.ts',
    'shared/domain/mapping/source/mapping-source.ts',
    'shared/domain/mapping/source/field-types.ts',
    'shared/domain/mapping/source/resolve-binding.ts',
    'shared/domain/mapping/defaults.ts',
    'shared/domain/audit/policy/audit-policy.ts',
  ])
    expect(files).toContain(file);
  expect(files.some((file) => file.startsWith('node_modules/zod/'))).toBe(true);
  expect((await digestMapCode()).digest).toBe(digest);
});
