import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { writeZip } from '../../shared/adapters/workbook/zip-file.ts';
import { StepError } from './step-error.ts';

/** A file its owner may write and all may read: the archive is unpacked on Linux. */
const READABLE_FILE = 0o100644;

/**
 * Lays out what the platform runs, made anew each time: host.json, the bundle without its source maps (they are read
 * too late to matter), a package.json of its own that has nothing to install or to prepare, and the certificates of the
 * company. Returns what was packed, in words. `folder` can be published by Core Tools as well.
 */
export function packageFunctions(
  root: string,
  { folder, archive }: { folder: string; archive: string },
  companyCa?: string,
): string {
  const bundle = path.join(root, 'dist/functions');
  if (!existsSync(path.join(bundle, 'index.js'))) throw new StepError('dist/functions/index.js is not there');
  const target = path.join(root, folder);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });

  cpSync(path.join(root, 'host.json'), path.join(target, 'host.json'));
  cpSync(bundle, path.join(target, 'dist/functions'), { recursive: true, filter: (file) => !file.endsWith('.map') });
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const manifest = { name: 'cmap-functions', version, private: true, type: 'module', main: 'dist/functions/index.js' };
  writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  if (companyCa !== undefined) writeFileSync(path.join(target, 'company-ca.pem'), companyCa);

  const files = readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(target, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
  const parts = files.map((name) => ({ name, content: readFileSync(path.join(target, name)) }));
  const zip = writeZip(parts, { unixMode: READABLE_FILE });
  writeFileSync(path.join(root, archive), zip);
  return `${files.length} files, ${(zip.length / 1024).toFixed(0)} kB`;
}
