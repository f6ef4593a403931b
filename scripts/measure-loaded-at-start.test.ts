import type { Metafile } from 'esbuild';
import { expect, it } from 'vitest';

import { measureLoadedAtStart } from './measure-loaded-at-start.ts';

type Output = Metafile['outputs'][string];
type Import = Output['imports'][number];

function anOutput(bytes: number, imports: Import[] = [], entryPoint?: string): Output {
  return { bytes, imports, inputs: {}, exports: [], ...(entryPoint ? { entryPoint } : {}) };
}

const statically = (path: string): Import => ({ path, kind: 'import-statement' });

it('counts chunks that are imported statically, directly or not, once each', () => {
  const outputs = {
    'out/main.js': anOutput(1, [statically('out/a.js'), statically('out/b.js')], 'main.ts'),
    'out/a.js': anOutput(10, [statically('out/shared.js')]),
    'out/b.js': anOutput(100, [statically('out/shared.js'), statically('out/main.js')]),
    'out/shared.js': anOutput(1000),
  };

  expect(measureLoadedAtStart(outputs, 'main.ts')).toBe(1111);
});

it('leaves out what is imported when needed, and what is not in the bundle', () => {
  const outputs = {
    'out/main.js': anOutput(
      1,
      [
        { path: 'out/later.js', kind: 'dynamic-import' },
        { path: 'node:fs', kind: 'import-statement', external: true },
      ],
      'main.ts',
    ),
    'out/later.js': anOutput(10),
  };

  expect(measureLoadedAtStart(outputs, 'main.ts')).toBe(1);
});

it('refuses an entry that was not built', () => {
  expect(() => measureLoadedAtStart({}, 'main.ts')).toThrow('main.ts');
});
