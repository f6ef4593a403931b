import { FINDING_RULE_IDS, SEVERITIES } from '../catalogue/finding-rules.ts';
import type { ReportChange } from '../report/change.ts';
import { compareText } from '../report/compare-text.ts';
import type { Finding } from '../report/finding.ts';
import type { ReportLink } from '../report/link.ts';
import { compareKeys } from '../stories/story-coverage.ts';

/** Worst first, then in the order of the catalogue, then by subject. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    FINDING_RULE_IDS.indexOf(a.rule) - FINDING_RULE_IDS.indexOf(b.rule) ||
    compareText(a.subject.id, b.subject.id) ||
    compareText(a.id, b.id)
  );
}

/** By repository, newest first. */
export function compareChanges(a: ReportChange, b: ReportChange): number {
  return (
    compareText(a.repository, b.repository) ||
    compareText(b.mergedAt ?? '', a.mergedAt ?? '') ||
    compareText(a.id, b.id)
  );
}

export function compareLinks(a: ReportLink, b: ReportLink): number {
  return compareKeys(a.key, b.key) || compareText(a.change, b.change);
}
