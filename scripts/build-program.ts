import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

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
 * Gives `zod/mini` a zod core of its own. Only what a program needs at its very start uses it; from a shared core that
 * start would also load all the rest of the program uses of zod, because a file of a package is never split between
 * chunks.
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

/** Modules of Node of which an import reads every export, and some exports load much that hardly anything needs. */
const READ_WHOLE = ['crypto', 'http', 'net', 'process', 'util'];

/**
 * Has some modules of Node required in place of imported: for an import Node reads every export, and one of `node:http`
 * brings the whole of undici, 50 ms of each start; others bring WebCrypto, reports, the parser of command lines and
 * lists of addresses.
 */
const requiredModules: Plugin = {
  name: 'required-modules',
  setup(build) {
    const filter = new RegExp(`^(?:node:)?(?:${READ_WHOLE.join('|')})$`);
    build.onResolve({ filter }, ({ path: name, kind }) =>
      kind === 'import-statement' ? { path: name.replace('node:', ''), namespace: 'required' } : undefined,
    );
    build.onLoad({ filter, namespace: 'required' }, ({ path: name }) => ({
      contents: `module.exports = require('node:${name}');`,
    }));
  },
};

/**
 * Leaves out what a program does not use of the clients of Azure. Their packages say that loading a file of them does
 * nothing else, all but that of pages, but not in the `package.json` beside the files that are imported, which is the
 * one a bundler reads.
 */
const azureUnused: Plugin = {
  name: 'azure-unused',
  setup(build) {
    build.onResolve(
      { filter: /^(?:\.|@azure\/|@typespec\/)/ },
      async ({ path: name, kind, resolveDir, importer, pluginData }) => {
        if (pluginData === 'azure-unused' || kind !== 'import-statement') return undefined;
        if (name.startsWith('.') && !/[\\/]node_modules[\\/](?:@azure|@typespec)[\\/]/.test(importer)) return undefined;
        const found = await build.resolve(name, { kind, resolveDir, importer, pluginData: 'azure-unused' });
        if (!/[\\/]dist[\\/]esm[\\/]/.test(found.path) || /[\\/]core-paging[\\/]/.test(found.path)) return undefined;
        return { path: found.path, sideEffects: false };
      },
    );
  },
};

/**
 * Loads the checksums of the clients of storage, 80 KB of WebAssembly in text, when the first is computed: what asks
 * for none needs no more than that.
 */
const lateChecksums: Plugin = {
  name: 'late-checksums',
  setup(build) {
    const namespace = 'late-checksums';
    build.onResolve({ filter: /^\.\/crc64\.js$/ }, ({ kind, resolveDir }) =>
      kind === 'import-statement'
        ? { path: path.join(resolveDir, 'crc64.js'), namespace, sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path: file }) => ({
      contents: `export default async () => (await import(${JSON.stringify(file)})).default();`,
      resolveDir: path.dirname(file),
    }));
  },
};

/**
 * Takes the resources of GitLab's API from the core of their library. The library itself gives each of its 150 a
 * requester when it is loaded, so a bundle could leave none out; ours are given our own requester, and then nothing
 * calls its limiters of rates.
 */
const gitlabCore: Plugin = {
  name: 'gitlab-core',
  setup(build) {
    build.onResolve({ filter: /^@gitbeaker\/rest$/ }, async ({ kind, importer }) => {
      const library = createRequire(importer).resolve('@gitbeaker/rest');
      return build.resolve('@gitbeaker/core', { kind, resolveDir: path.dirname(library) });
    });
    const namespace = 'absent';
    build.onResolve({ filter: /^(?:rate-limiter-flexible|picomatch-browser)$/ }, () => ({
      path: 'limiters',
      namespace,
    }));
    build.onLoad({ filter: /.*/, namespace }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * Keeps what the functions load at their start in few files: each costs as much as thirty kilobytes of code. A bundle
 * has a file for each set of parts that share something; here each part that is loaded later is said to need all that
 * is loaded at the start, and the start all that registers the functions, which is there by then.
 */
const fewFiles: Plugin = {
  name: 'few-files',
  setup(build) {
    const first = path.join(root, 'functions/app/compose.ts');
    const start = path.join(root, 'functions/app/load-app.ts');
    const later = new Set<string>();
    build.onResolve({ filter: /.*/ }, async ({ path: name, kind, resolveDir, importer, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'few-files' || !importer.endsWith('.ts')) return undefined;
      const found = await build.resolve(name, { kind, resolveDir, pluginData: 'few-files' });
      if (found.path !== start) later.add(found.path);
      return found;
    });
    build.onLoad({ filter: /\.[jt]s$/ }, async ({ path: file }) => {
      const needed = file === start ? first : start;
      if (file !== start && !later.has(file)) return undefined;
      return {
        contents: `${await readFile(file, 'utf8')}\nimport ${JSON.stringify(needed)};`,
        loader: file.endsWith('.ts') ? 'ts' : 'js',
      };
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  banner,
  plugins: [englishOnly, requiredModules, lateChecksums, azureUnused, gitlabCore],
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** A program and where its bundle goes. */
export interface Program {
  /** Below the repository. */
  entry: string;
  /** Absolute; replaced by the build. */
  directory: string;
  /** The file's name without `.js`. */
  name: string;
  options: BuildOptions;
}

/**
 * Bundles a program; what it loads only when it needs it (Key Vault, OpenTelemetry, the bodies of commands) goes into
 * files of its own beside it. @throws {Error} of esbuild when it cannot be built.
 */
export async function buildProgram({ entry, directory, name, options }: Program): Promise<Metafile> {
  await rm(directory, { recursive: true, force: true });
  const { digest } = await digestMapCode();
  const { metafile } = await build({
    ...common,
    splitting: true,
    define: { CMAP_MAP_CODE: JSON.stringify(digest) },
    ...options,
    entryPoints: { [name]: entry },
    metafile: true,
    outdir: directory,
    chunkNames: 'chunks/[name]-[hash]',
  });
  return metafile;
}

/**
 * A digest of the code that checks project maps, with the libraries it uses, and the files it is made of. A map that
 * was checked by the same code need not be checked again.
 */
export async function digestMapCode(): Promise<{ digest: string; files: string[] }> {
  const { metafile, outputFiles } = await build({
    ...common,
    sourcemap: false,
    entryPoints: ['shared/domain/mapping/source/parse-stored-mapping.ts'],
    metafile: true,
    write: false,
    outdir: root,
  });
  const code = outputFiles.map(({ text }) => text).join('\n');
  return { digest: createHash('sha256').update(code).digest('hex'), files: Object.keys(metafile.inputs) };
}

/** `@azure/functions-core` exists only inside the Functions worker. */
const functionsOptions: BuildOptions = {
  target: 'node24',
  external: ['@azure/functions-core'],
  plugins: [englishOnly, requiredModules, lateChecksums, azureUnused, gitlabCore, ownMini, fewFiles],
};

/** The deployable programs below `outRoot`, and the host that serves the functions in the sandbox. */
export function listPrograms(outRoot: string) {
  const program = (entry: string, folder: string, name: string, options: BuildOptions) => ({
    entry,
    directory: path.join(outRoot, folder),
    name,
    options,
  });
  return {
    functions: program('functions/index.ts', 'functions', 'index', functionsOptions),
    // The Copilot runtime is a native binary beside its package: the runner image installs that package instead.
    runner: program('runner-container/start.ts', 'runner', 'main', { target: 'node24', external: RUNNER_EXTERNALS }),
    // Beside the command line, which starts them: `cmap replay`, `cmap eval`.
    trial: program('runner-container/trial/main.ts', 'trial', 'main', { target: 'node24', external: RUNNER_EXTERNALS }),
    eval: program('runner-container/eval/main.ts', 'eval', 'main', { target: 'node24', external: RUNNER_EXTERNALS }),
    cli: program('cli/bin.ts', 'cli', 'bin', { target: 'node20' }),
    host: program('sandbox/host/functions-process.ts', 'host', 'functions-process', functionsOptions),
  };
}
