import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * `node scripts/trim-install.ts`: takes out of `node_modules` what packages bring along and Node never loads: source
 * maps, headers and copies for browsers, a quarter of an install. npm has no setting that leaves them out.
 */
const NEEDLESS: readonly RegExp[] = [
  // Source maps: `npm ci` with `--ignore-scripts` keeps them, for those who debug a library.
  /\.(?:[cm]?[jt]s|css)\.map$/,
  // For programs that are compiled against this Node; all of ours come compiled.
  /\/node_modules\/node-(?:bin-)?[\w-]+\/(?:include|share)\//,
  // The same library for other hosts, which only their bundlers choose.
  /\/node_modules\/@(?:azure|typespec)\/[\w-]+\/dist\/(?:browser|react-native|workerd)\//,
  /\/node_modules\/isomorphic-git\/(?:index\.umd|internal-apis\.umd|bundle)[\w.-]*$/,
  // A sign-in by a browser, beside the one of Node.
  /\/node_modules\/@azure\/msal-browser\/(?!package\.json$)/,
  // The query language in many forms, of which a test loads two files.
  /\/node_modules\/@kusto\/language-service-next\/(?!package\.json$|bridge\.min\.js$|Kusto\.Language\.Bridge\.min\.js$)/,
  // Builds for bundlers and browsers, beside the one of Node; of these two esbuild takes `build/esm`.
  /\/node_modules\/@opentelemetry\/(?:(?!(?:api|otlp-exporter-base)\/)[\w-]+\/build\/esm|[\w-]+\/build\/esnext)\//,
  /\/node_modules\/fp-ts\/es6\//,
  /\/node_modules\/moment\/(?:dist|min|src|ts3\.1-typings)\//,
  /\/node_modules\/moment-timezone\/builds\//,
  /\/node_modules\/xml2js\/lib\/xml2js\.bc\.js$/,
  /\/node_modules\/oxc-parser\/.*\.wasm$/,
  // The pages of its trace viewer and recorder.
  /\/node_modules\/playwright-core\/lib\/vite\//,
  // Types of what no code of ours imports: programs that are started, and their parts.
  /\/node_modules\/(?:azurite|knip|sequelize|@opentelemetry\/semantic-conventions|@types\/validator)\/.*\.d\.[cm]?ts$/,
  // Types for those who call `require`.
  /\/node_modules\/@(?:azure|typespec)\/[\w-]+\/dist\/commonjs\/.*\.d\.ts$/,
  // Sources, of which the package has what was compiled, and pages about it. The agent's runtime reads pages.
  /\/node_modules\/(?!@github\/)(?:@[^/]+\/)?[^/]+\/(?:.*[^/])?(?<!\.d)\.[cm]?ts$/,
  /\/node_modules\/(?!@github\/)(?:@[^/]+\/)?[^/]+\/(?:.*\/)?(?:README|CHANGELOG|HISTORY|CHANGES|CONTRIBUTING|SECURITY)[\w.-]*\.(?:md|markdown)$/i,
  /\/node_modules\/lokijs\/(?:presentations|examples|jsdoc)\//,
];

/** Whether Node and our tools never open this file; `file` is a path with `/`. */
export function isNeedless(file: string): boolean {
  return NEEDLESS.some((pattern) => pattern.test(file));
}

/** Deletes what is needless below a folder. Resolves to how many files these were. */
export function trimInstall(folder: string): number {
  let deleted = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !isNeedless(file.split(path.sep).join('/'))) continue;
    rmSync(file, { force: true });
    deleted += 1;
  }
  return deleted;
}

/** What a folder takes on a disk of blocks of 4 KB, in bytes, without what tools keep in its `.cache`. */
export function measureInstall(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.relative(folder, file).startsWith('.cache')) continue;
    bytes += Math.ceil(statSync(file).size / BLOCK) * BLOCK;
  }
  return bytes;
}

const BLOCK = 4096;

if (import.meta.main) trimInstall(path.resolve(import.meta.dirname, '../node_modules'));
