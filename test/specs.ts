import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.resolve(fileURLToPath(import.meta.url), '../../../shared/specs');

/** The folder of official API specifications, or `undefined` on a machine without them. */
export const specsFolder: string | undefined = existsSync(folder) ? folder : undefined;

/** Says on stderr that spec checks are left out; call it once in each suite that has any. */
export function reportSkippedSpecs(suite: string): void {
  if (!specsFolder)
    process.stderr.write(`${suite}: the official specifications are not here, so these checks were skipped\n`);
}
