import { expect, it } from 'vitest';

import { parseStatus } from './parse-status.ts';

const MODIFIED = '1 .M N... 100644 100644 100644 aaa aaa src/a b.ts';

it('tells what is new, changed and ignored', () => {
  const output = [MODIFIED, '1 .D N... 100644 100644 000000 aaa aaa gone', '? new', '? lib/', '! dist/', ''].join('\0');
  expect(parseStatus(output, false)).toEqual({
    entries: [
      { path: 'src/a b.ts', kind: 'modified' },
      { path: 'gone', kind: 'deleted' },
      { path: 'new', kind: 'added' },
      { path: 'lib', kind: 'added' },
    ],
    ignored: ['dist/'],
    truncated: false,
  });
});

it.each([
  { name: 'among the changes', output: `${MODIFIED}\0? ne`, truncated: true },
  { name: 'among what is ignored', output: `${MODIFIED}\0! a.log\0! b.lo`, truncated: false },
])('takes output that is cut $name for what it is', ({ output, truncated }) => {
  expect(parseStatus(output, true)).toMatchObject({ entries: [{ path: 'src/a b.ts' }], truncated });
});
