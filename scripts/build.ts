import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = path.resolve(fileURLToPath(import.meta.url), '../..');

// Bundled CommonJS dependencies call `require`; ES module output has none of its own.
const banner = {
  js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
};

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  banner,
  metafile: true,
  logLevel: 'warning',
};

/**
 * The three deployable programs. `@azure/functions-core` exists only inside the Functions worker; the Copilot
 * runtime is a native binary beside its package, so the runner image installs that package instead of bundling it.
 */
const programs: Record<string, BuildOptions> = {
  'dist/functions/index.js': {
    entryPoints: ['functions/index.ts'],
    target: 'node24',
    external: ['@azure/functions-core'],
  },
  'dist/runner/main.js': {
    entryPoints: ['runner-container/main.ts'],
    target: 'node24',
    external: ['@github/copilot-sdk', '@secretlint/*'],
  },
  'dist/cli/bin.js': { entryPoints: ['cli/bin.ts'], target: 'node20' },
};

const quiet = process.argv.includes('--quiet');
await rm(path.join(root, 'dist'), { recursive: true, force: true });
for (const [outfile, options] of Object.entries(programs)) {
  const { metafile } = await build({ ...common, ...options, outfile });
  const bytes = metafile?.outputs[outfile]?.bytes ?? 0;
  if (!quiet) process.stdout.write(`${outfile}  ${(bytes / 1024).toFixed(0)} kB\n`);
}
