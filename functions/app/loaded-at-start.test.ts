import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Every package that is imported statically from a file on, directly or not. */
function listPackages(entry: string): string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm,
    ))
      if (from.startsWith('.')) visit(path.resolve(path.dirname(file), from));
      else if (!from.startsWith('node:')) packages.add(from);
  };
  visit(entry);
  return [...packages].sort();
}

it('loads no library before the host has its answer but the one of the functions and the small one of the settings', () => {
  expect(listPackages(path.join(import.meta.dirname, '../index.ts'))).toEqual(['@azure/functions', 'zod/mini']);
});

it('loads the libraries behind the functions with the app', () => {
  expect(listPackages(path.join(import.meta.dirname, 'load-app.ts'))).toContain('lru-cache');
});
