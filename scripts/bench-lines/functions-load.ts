import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

import type { BenchLine } from '../bench-tools/bench-line.ts';
import { takeTurns } from '../bench-tools/take-turns.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const ROUNDS = 9;
const MAX_BUNDLE_BYTES = 1_500_000;

/** Loading the functions bundle in a new process, against loading a bundle of `@azure/functions` alone. */
export async function benchFunctionsLoad(): Promise<BenchLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  try {
    await run(process.execPath, ['scripts/build.ts', '--quiet', `--out=${folder}`], { cwd: root });
    const ours = path.join(folder, 'functions/index.js');
    const floor = path.join(folder, 'alone.mjs');
    await bundleAlone(folder, floor);
    const measured = await takeTurns(
      ROUNDS,
      () => timeLoad(floor, folder),
      () => timeLoad(ours, folder),
    );
    const { size } = await stat(ours);
    if (size > MAX_BUNDLE_BYTES)
      throw new Error(`The functions bundle has ${size} bytes, more than ${MAX_BUNDLE_BYTES}`);
    return {
      name: 'functions bundle, load',
      unit: 'ms',
      ...measured,
      limit: 2,
      note: `bundle ${(size / 1024).toFixed(0)} kB of at most 1500; process start is left out`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundleAlone(folder: string, outfile: string): Promise<void> {
  const entry = path.join(folder, 'alone.ts');
  await writeFile(entry, "import { app } from '@azure/functions';\nconsole.log(typeof app.http);\n");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    external: ['@azure/functions-core'],
    nodePaths: [path.join(root, 'node_modules')],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
}

/** Without settings our bundle loads everything and then says what is missing, which costs nothing. */
async function timeLoad(file: string, folder: string): Promise<number> {
  const script =
    'const startedAt = performance.now();' +
    'try { await import(process.argv[1]); } catch (error) { if (!String(error).includes("settings")) throw error; }' +
    'process.stderr.write(`\\nloaded ${performance.now() - startedAt}\\n`); process.exit(0);';
  const { stderr } = await run(process.execPath, ['--input-type=module', '-e', script, file], { cwd: folder, env: {} });
  const ms = Number(/^loaded ([\d.]+)$/m.exec(stderr)?.[1]);
  if (Number.isNaN(ms)) throw new Error(`The bundle did not load: ${stderr}`);
  return ms;
}
