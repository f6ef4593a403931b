import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';

import type { BenchLine } from '../bench-tools/bench-line.ts';
import { median, takeTurns } from '../bench-tools/take-turns.ts';
import { measureLoadedAtStart } from '../measure-loaded-at-start.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const ROUNDS = 9;
const MAX_BUNDLE_BYTES = 1_500_000;

/**
 * Loading the functions bundle in a new process, against loading a bundle of `@azure/functions` alone. Until then the
 * settings are read and every function is registered. What serves the first event is loaded right after, beside what
 * the host does to listen; the note says how long it takes until that is there too.
 */
export async function benchFunctionsLoad(): Promise<BenchLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  try {
    const { entry, app, bytes } = await buildFunctions(folder);
    if (bytes > MAX_BUNDLE_BYTES)
      throw new Error(`Loading the functions reads ${bytes} bytes, more than ${MAX_BUNDLE_BYTES}`);
    const floor = path.join(folder, 'alone.mjs');
    await bundleAlone(folder, floor);

    const complete: number[] = [];
    const measured = await takeTurns(
      ROUNDS,
      async () => (await timeLoad([floor], folder)).first,
      async () => {
        const { first, all } = await timeLoad([entry, app], folder);
        complete.push(all);
        return first;
      },
    );
    return {
      name: 'functions bundle, load',
      unit: 'ms',
      ...measured,
      limit: 2,
      note: `reads the settings and registers; ${kilobytes(bytes)} of at most 1500, all chunks counted; what serves the first event is loaded after that and there at ${median(complete.slice(1)).toFixed(0)} ms; process start is left out`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface BuiltFunctions {
  entry: string;
  /** The chunk with everything behind the functions. */
  app: string;
  /** What loading `entry` reads. */
  bytes: number;
}

async function buildFunctions(folder: string): Promise<BuiltFunctions> {
  const metafile = path.join(folder, 'metafile.json');
  const options = ['--quiet', '--only=functions', `--out=${folder}`, `--metafile=${metafile}`];
  await run(process.execPath, ['scripts/build.ts', ...options], { cwd: root });
  const { outputs }: Metafile = JSON.parse(await readFile(metafile, 'utf8'));
  const find = (source: string) => {
    const file = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === source);
    if (file === undefined) throw new Error(`${source} is not among what was built`);
    return path.resolve(root, file);
  };
  return {
    entry: find('functions/index.ts'),
    app: find('functions/app/load-app.ts'),
    bytes: measureLoadedAtStart(outputs, 'functions/index.ts'),
  };
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

/** Settings the functions start with: a load that is refused for bad settings would register nothing. */
const SETTINGS = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  GITLAB_URL: 'https://gitlab.example.com',
  GITLAB_TOKEN: 'gitlab-token-of-the-bench',
  GITLAB_WEBHOOK_SIGNING_TOKEN: 'signing-token-of-the-bench',
  JIRA_URL: 'https://example.atlassian.net',
  JIRA_EMAIL: 'agent@example.com',
  JIRA_API_TOKEN: 'jira-token-of-the-bench',
  JIRA_WEBHOOK_SECRET: 'webhook-secret-of-the-bench',
  JIRA_PROJECT_MAP: '{"mappings":{"PROJ":{"repo":"group/app"}}}',
};

/** Imports files one after the other in a new process: how long until the first was loaded, and until all were. */
async function timeLoad(files: string[], folder: string): Promise<{ first: number; all: number }> {
  const script =
    // Outside of the Functions worker the library warns for every function.
    'console.warn = () => {};' +
    'const startedAt = performance.now(); const times = [];' +
    'for (const file of process.argv.slice(1)) { await import(file); times.push(performance.now() - startedAt); }' +
    'process.stderr.write(`\\nloaded ${times[0]} ${times.at(-1)}\\n`); process.exit(0);';
  const args = ['--input-type=module', '-e', script, ...files];
  const { stderr } = await run(process.execPath, args, { cwd: folder, env: SETTINGS });
  const [, first, all] = /^loaded ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  if (first === undefined || all === undefined) throw new Error(`The bundle did not load: ${stderr}`);
  return { first: Number(first), all: Number(all) };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}
