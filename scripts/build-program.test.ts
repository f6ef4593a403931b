import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';

import { buildProgram, digestMapCode, listPrograms } from './build-program.ts';

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

it('what the functions load at their start is in few files, without the schemas of the project map and checksums', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cmap-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { outputs } = await buildProgram(listPrograms(folder).functions);
  const files = listLoaded(outputs, /\/(?:index|load-app-\w+)\.js$/);
  expect(files.size).toBeLessThanOrEqual(6);
  const inputs = [...files].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  expect(inputs).toContain('functions/webhooks/gitlab/gitlab-webhook.ts');
  expect(inputs).not.toContain('shared/domain/mapping/source/mapping-source.ts');
  expect(inputs.some((file) => file.startsWith('node_modules/@azure/storage-queue/'))).toBe(true);
  const late = /^node_modules\/@azure\/(?:identity|storage-blob|storage-common\/.*crc64\.js)/;
  expect(inputs.filter((file) => late.test(file))).toEqual([]);
});

/** The files that are loaded with those of this name. */
function listLoaded(outputs: Metafile['outputs'], name: RegExp): Set<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path: next, kind, external } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && !external) visit(next);
  };
  for (const file of Object.keys(outputs)) if (name.test(file)) visit(file);
  return found;
}
