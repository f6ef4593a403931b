import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildProgram, listPrograms } from './build-program.ts';
import { measureLoadedAtStart } from './measure-loaded-at-start.ts';

// Builds the three deployable programs, or one: `node scripts/build.ts [--only=NAME] [--out=DIRECTORY]
// [--metafile=FILE] [--quiet]`.
const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const quiet = process.argv.includes('--quiet');
const only = readOption('only');
const metafilePath = readOption('metafile');
const { host, ...deployed } = listPrograms(path.resolve(root, readOption('out') ?? 'dist'));
for (const [folder, program] of Object.entries(deployed)) {
  if (only && only !== folder) continue;
  const metafile = await buildProgram(program);
  if (metafilePath) await writeFile(metafilePath, JSON.stringify(metafile));
  const total = Object.entries(metafile.outputs)
    .filter(([file]) => file.endsWith('.js'))
    .reduce((sum, [, { bytes }]) => sum + bytes, 0);
  if (!quiet)
    process.stdout.write(
      `dist/${folder}/${program.name}.js  ${kilobytes(measureLoadedAtStart(metafile.outputs, program.entry))} loaded at start, ${kilobytes(total)} with what is loaded when needed\n`,
    );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}

/** `--name=value` */
function readOption(name: string): string | undefined {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
}
