import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

import { buildProgram, listPrograms } from '../scripts/build-program.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Bundles of the programs as they are deployed, made from the sources of this run; paths of the files to start. */
    programs: { runner: string; functions: string; cli: string };
  }
}

const CACHE = path.resolve(import.meta.dirname, '../node_modules/.cache');

/**
 * Builds what the end-to-end tests start, once for all of them: a process begins in a quarter of the time it needs from
 * its sources. Below `node_modules`, so that packages that are not bundled are found.
 */
export async function setup(project: TestProject): Promise<() => void> {
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, 'cmap-test-'));
  // As where they are deployed: without it Node reads each file twice to learn what it is.
  writeFileSync(path.join(directory, 'package.json'), '{ "type": "module" }\n');
  const { runner, trial, eval: evaluation, cli, host } = listPrograms(directory);
  await Promise.all([runner, trial, evaluation, cli, host].map((program) => buildProgram(program)));
  const fileOf = ({ directory, name }: typeof runner) => path.join(directory, `${name}.js`);
  project.provide('programs', { runner: fileOf(runner), functions: fileOf(host), cli: fileOf(cli) });
  return () => rmSync(directory, { recursive: true, force: true });
}
