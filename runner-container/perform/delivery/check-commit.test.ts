import { expect, it } from 'vitest';
import { toCheckedFields } from './check-commit.ts';

it('keeps how many files change and the names that fit, each in one line', () => {
  const changed = ['src/a.ts', 'odd\nname.ts'];
  expect(toCheckedFields({ checks: ['`npm test` passed'], changed })).toEqual({
    checks: 1,
    files: 2,
    changed: 'src/a.ts, odd name.ts',
  });
  const many = toCheckedFields({ checks: [], changed: Array.from({ length: 500 }, (_, n) => `src/file-${n}.ts`) });
  expect(many).toMatchObject({ files: 500, changed: expect.stringMatching(/^src\/file-0\.ts, .*…$/) });
  expect(String(many['changed'])).toHaveLength(1000);
});
