import type { AuditSummary } from '../report/summary.ts';

/** The result in words a person understands without the manual. */
export function describeResult({ result, findingsBySeverity: { high, medium, low }, counts }: AuditSummary): string {
  const found = [
    [high, 'high'],
    [medium, 'medium'],
    [low, 'low'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, severity]) => `${count} ${severity}`)
    .join(', ');
  switch (result) {
    case 'clean':
      return 'clean';
    case 'findings':
      return `findings: ${found}`;
    case 'incomplete':
      return `incomplete: ${counts.gaps} ${counts.gaps === 1 ? 'thing' : 'things'} could not be seen${found === '' ? '' : `; findings: ${found}`}`;
  }
}
