import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildProgram, listPrograms } from '../../build-program.ts';
import { packageFunctions } from '../../deploy/package-functions.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** Names of the sample apps: each has one function, `sample`. */
export type SampleName = 'answer' | 'store';

/** Lays out the functions below a folder as they are published. Returns the folder of the app. */
export async function layOutFunctions(folder: string): Promise<string> {
  const { functions } = listPrograms(path.join(folder, 'dist'));
  await buildProgram(functions);
  for (const name of ['package.json', 'host.json']) cpSync(path.join(root, name), path.join(folder, name));
  packageFunctions(folder, { folder: 'package', archive: 'package.zip' });
  return path.join(folder, 'package');
}

/** Lays out a sample app below a folder, bundled as the functions are. Returns the folder of the app. */
export async function layOutSample(folder: string, name: SampleName): Promise<string> {
  const app = path.join(folder, name);
  const entry = `scripts/bench-tools/functions-worker/samples/${name}.ts`;
  const { options } = listPrograms(folder).functions;
  await buildProgram({ entry, directory: path.join(app, 'dist'), name: 'index', options });
  mkdirSync(app, { recursive: true });
  cpSync(path.join(root, 'host.json'), path.join(app, 'host.json'));
  const manifest = { name: 'sample', private: true, type: 'module', main: 'dist/index.js' };
  writeFileSync(path.join(app, 'package.json'), JSON.stringify(manifest));
  return app;
}
