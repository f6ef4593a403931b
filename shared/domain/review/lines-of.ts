import type { Finding } from './finding.ts';

/** The lines of a finding in ascending order, whichever way round they were given. */
export function linesOf({ startLine, endLine }: Pick<Finding, 'startLine' | 'endLine'>): {
  first: number;
  last: number;
} {
  return { first: Math.min(startLine, endLine), last: Math.max(startLine, endLine) };
}
