import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import { Scenario } from './scenario.ts';

const builtIn = path.join(import.meta.dirname, 'scenarios');

/** Reads every scenario of a folder, in the order of the file names. Throws with the file's name when one is wrong. */
export async function loadScenarios(folder: string = builtIn): Promise<Scenario[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map((name) => loadScenario(path.join(folder, name))));
}

async function loadScenario(file: string): Promise<Scenario> {
  const parsed = Scenario.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
