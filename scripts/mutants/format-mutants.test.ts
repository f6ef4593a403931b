import { expect, it } from 'vitest';

import { formatMutants, MutationReport } from './format-mutants.ts';

const mutant = (status: string, line: number, replacement = 'false') => ({
  status,
  mutatorName: 'ConditionalExpression',
  replacement,
  location: { start: { line, column: 1 }, end: { line, column: 9 } },
});

it('gives the score of a room and every mutant that no test noticed', () => {
  const report = MutationReport.parse({
    files: {
      'a/b.ts': {
        source: 'one\n  if (two) return;\nthree',
        mutants: [
          mutant('Killed', 1),
          mutant('Timeout', 1),
          mutant('Ignored', 1),
          mutant('Survived', 2),
          mutant('NoCoverage', 3, '{\n}'),
        ],
      },
    },
  });

  expect(formatMutants('a', report)).toBe(
    [
      'a: 50 % (2 of 4)',
      '  a/b.ts:2 ConditionalExpression: if (two) return;  ->  false',
      '  a/b.ts:3 ConditionalExpression, no test: three  ->  { }',
    ].join('\n'),
  );
});

it('says that a room has no mutants', () => {
  expect(formatMutants('a', { files: {} })).toBe('a: no mutants');
});
