import { createHash } from 'node:crypto';

import type { DiffLine } from './parse-diff.ts';

/**
 * GitLab's name for a line of a diff: `<sha1 of the file path>_<old counter>_<new counter>`. The path is the new one.
 * Source: https://docs.gitlab.com/api/discussions/ (line code).
 */
export function lineCode(newPath: string, { counters }: Pick<DiffLine, 'counters'>): string {
  return `${createHash('sha1').update(newPath).digest('hex')}_${counters.old}_${counters.new}`;
}
