import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from '../../shared/kernel/has-code.ts';

/**
 * Where a path really leads: links of its deepest existing ancestor are followed, the rest is appended. `undefined`
 * when that cannot be found out, which a check must take as "no".
 */
export function realPathOf(target: string): string | undefined {
  let existing = path.resolve(target);
  const missing: string[] = [];
  for (;;) {
    const state = look(existing);
    if (state === 'unknown') return undefined;
    if (state === 'there') break;
    missing.unshift(path.basename(existing));
    existing = path.dirname(existing);
  }
  try {
    return path.join(realpathSync(existing), ...missing);
  } catch {
    return undefined; // a link to nothing, or in a circle
  }
}

/** Whether `target` is `directory` or below it. Both are real paths. */
export function isInside(target: string, directory: string): boolean {
  const relative = path.relative(directory, target);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function look(file: string): 'there' | 'missing' | 'unknown' {
  try {
    lstatSync(file);
    return 'there';
  } catch (error) {
    return hasCode(error, 'ENOENT', 'ENOTDIR') ? 'missing' : 'unknown';
  }
}
