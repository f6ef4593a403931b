import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

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
    options: { target: 'node24', splitting: true, external: ['@azure/functions-core'] },
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
  const sizes = Object.entries(metafile?.outputs ?? {}).filter(([file]) => file.endsWith('.js'));
  const main = sizes.find(([, output]) => output.entryPoint === entry);
  const total = sizes.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  if (!quiet)
    process.stdout.write(
      `${outdir}/${name}.js  ${kilobytes(main?.[1].bytes ?? 0)}, with its chunks ${kilobytes(total)}\n`,
    );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}

/** `--name=value` */
function readOption(name: string): string | undefined {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
}
