import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * `0.1.0-1a2b3c4d`: the version, and a hash of everything the Dockerfile copies, itself included. The same sources give
 * the same tag, so an image that is there need not be built; other sources never hide behind a tag that was used.
 */
export function imageTag(root: string): string {
  const dockerfile = readFileSync(path.join(root, 'runner-container/Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
    names.split(/\s+/),
  );
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return `${version}-${hashFiles(root, copied, dockerfile)}`;
}

/** Eight hexadecimal digits of the names and bytes of these files, of all files in these folders, and of a text. */
export function hashFiles(root: string, names: readonly string[], text: string): string {
  const hash = createHash('sha256').update(text);
  for (const file of names.flatMap((name) => listFiles(root, name)).sort())
    hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex').slice(0, 8);
}

function listFiles(root: string, name: string): string[] {
  const full = path.join(root, name);
  if (statSync(full).isFile()) return [name];
  return readdirSync(full, { recursive: true, encoding: 'utf8' })
    .map((one) => path.join(name, one))
    .filter((one) => !one.endsWith('.test.ts') && statSync(path.join(root, one)).isFile());
}
