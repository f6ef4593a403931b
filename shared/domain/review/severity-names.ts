import { SEVERITIES, type Severity } from '../mapping/severity.ts';

export const SEVERITY_NAMES: Record<Severity, string> = {
  blocker: 'Blocker',
  major: 'Major',
  minor: 'Minor',
  nit: 'Nit',
};

/** The severity a finding's note begins with. */
export function readSeverity(body: string): Severity | undefined {
  return SEVERITIES.find((severity) => body.startsWith(`**${SEVERITY_NAMES[severity]}:**`));
}

/** `1 blocker, 2 nit`, most severe first. */
export function countSeverities(severities: readonly Severity[]): string {
  return SEVERITIES.map((severity) => ({ severity, count: severities.filter((each) => each === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${SEVERITY_NAMES[severity].toLowerCase()}`)
    .join(', ');
}
