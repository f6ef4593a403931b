import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

import { measureLoadedAtStart } from './measure-loaded-at-start.ts';
import { RUNNER_EXTERNALS } from './runner-externals.ts';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');

// Bundled CommonJS dependencies call `require`; ES module output has none of its own.
const banner = {
  js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
};

/** zod brings the texts of its messages in forty languages and exports them all; ours speak English. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup(build) {
    build.onResolve({ filter: /locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]zod[\\/]/.test(importer) ? { path: 'locales', namespace: 'empty' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export {};' }));
  },
};

/**
 * Gives `zod/mini` a zod core of its own. Only what a program needs at its very start uses it; from a shared core that start
 * would also load all the rest of the program uses of zod, because a file of a package is never split between chunks.
 */
const ownMini: Plugin = {
  name: 'own-mini',
  setup(build) {
    const namespace = 'own-mini';
    const inside = (file: string) => ({ path: file, namespace, sideEffects: false });
    build.onResolve({ filter: /^zod\/mini$/ }, async ({ path: name, kind, resolveDir, pluginData }) => {
      if (pluginData === namespace) return undefined;
      return inside((await build.resolve(name, { kind, resolveDir, pluginData: namespace })).path);
    });
    build.onResolve({ filter: /^\./, namespace }, ({ path: file, importer }) =>
      inside(path.resolve(path.dirname(importer), file)),
    );
    build.onLoad({ filter: /.*/, namespace }, async ({ path: file }) => ({ contents: await readFile(file) }));
  },
};

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  banner,
  plugins: [englishOnly],
  metafile: true,
  logLevel: 'warning',
};

interface Program {
  entry: string;
  outdir: string;
  /** The file's name without `.js`. */
  name: string;
  options: BuildOptions;
}

/**
 * The three deployable programs. What a program loads only when it needs it (Key Vault, OpenTelemetry, the bodies of commands)
 * stays in files of its own beside it. `@azure/functions-core` exists only inside the Functions worker; the Copilot runtime is a
 * native binary beside its package, so the runner image installs that package instead of bundling it.
 */
const programs: Program[] = [
  {
    entry: 'functions/index.ts',
    outdir: 'dist/functions',
    name: 'index',
    options: {
      target: 'node24',
      splitting: true,
      external: ['@azure/functions-core'],
      plugins: [englishOnly, ownMini],
    },
  },
  {
    entry: 'runner-container/main.ts',
    outdir: 'dist/runner',
    name: 'main',
    options: { target: 'node24', splitting: true, external: RUNNER_EXTERNALS },
  },
  { entry: 'cli/bin.ts', outdir: 'dist/cli', name: 'bin', options: { target: 'node20', splitting: true } },
];

const quiet = process.argv.includes('--quiet');
const outRoot = readOption('out') ?? 'dist';
const only = readOption('only');
const metafilePath = readOption('metafile');
for (const { entry, outdir, name, options } of programs.filter(({ outdir }) => !only || outdir === `dist/${only}`)) {
  const directory = path.join(root, outdir).replace(path.join(root, 'dist'), path.resolve(root, outRoot));
  await rm(directory, { recursive: true, force: true });
  const { metafile } = await build({
    ...common,
    ...options,
    entryPoints: { [name]: entry },
    outdir: directory,
    chunkNames: 'chunks/[name]-[hash]',
  });
  const outputs = metafile?.outputs ?? {};
  if (metafilePath) await writeFile(metafilePath, JSON.stringify(metafile));
  const total = Object.entries(outputs)
    .filter(([file]) => file.endsWith('.js'))
    .reduce((sum, [, { bytes }]) => sum + bytes, 0);
  if (!quiet)
    process.stdout.write(
      `${outdir}/${name}.js  ${kilobytes(measureLoadedAtStart(outputs, entry))} loaded at start, ${kilobytes(total)} with what is loaded when needed\n`,
    );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}

/** `--name=value` */
function readOption(name: string): string | undefined {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
}
