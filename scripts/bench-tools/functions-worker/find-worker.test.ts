import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { findWorker } from './find-worker.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cmap-worker-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(file: string): string {
  const full = path.join(folder, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, '');
  return full;
}

it.each([
  { name: 'of the archive', func: 'tools/func', worker: 'tools/workers/node/dist/src/nodejsWorker.js' },
  { name: 'of the npm package', func: 'tools/lib/main.js', worker: 'tools/bin/workers/node/dist/src/nodejsWorker.js' },
])('finds the worker $name behind a link on the path', ({ func, worker }) => {
  const found = put(worker);
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  symlinkSync(put(func), path.join(folder, 'bin/func'));
  expect(findWorker(['/nowhere', path.join(folder, 'bin')].join(path.delimiter))).toBe(found);
});

it('finds none without Core Tools', () => {
  put('bin/func');
  expect(findWorker(path.join(folder, 'bin'))).toBeUndefined();
});
