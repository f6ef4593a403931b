import { SEVERITIES } from '../mapping/severity.ts';
import type { Finding } from './finding.ts';
import { isSameRule, normalizeRule } from './fingerprint-finding.ts';
import { linesOf } from './lines-of.ts';
import type { FileDiff } from './parse-diff.ts';
import { findFileDiff } from './place-finding.ts';

/**
 * Findings of several sessions without those that say the same of the same lines: of two, the more severe one stays, at
 * the place of the first.
 */
export function joinFindings(findings: readonly Finding[], files: readonly FileDiff[]): Finding[] {
  const joined: Finding[] = [];
  for (const finding of findings) {
    const index = joined.findIndex((other) => isSame(finding, other, files));
    const other = joined[index];
    if (!other) joined.push(finding);
    else if (rank(finding) < rank(other)) joined[index] = finding;
  }
  return joined;
}

function isSame(left: Finding, right: Finding, files: readonly FileDiff[]): boolean {
  if (left.side !== right.side || pathOf(left, files) !== pathOf(right, files)) return false;
  const [a, b] = [linesOf(left), linesOf(right)];
  if (a.first > b.last || b.first > a.last) return false;
  return isSameRule(normalizeRule(left.title), normalizeRule(right.title));
}

function pathOf({ path, side }: Finding, files: readonly FileDiff[]): string {
  return findFileDiff(files, path, side)?.newPath ?? path;
}

function rank({ severity }: Finding): number {
  return SEVERITIES.indexOf(severity);
}
