import { toUtc } from '../facts/instant.ts';
import type { Waiver } from '../policy/waiver.ts';
import type { Finding } from '../report/finding.ts';
import type { WaiverUse } from '../report/waiver-use.ts';
import { createFinding } from '../rules/create-finding.ts';
import { createWaiverMatcher } from './waiver-matcher.ts';

/** A waiver and where it is valid: in some repositories and Jira projects, or everywhere. */
export interface ScopedWaiver {
  waiver: Waiver;
  /** Project paths and keys; null for everywhere. */
  scopes: readonly string[] | null;
}

export interface AppliedWaivers {
  findings: Finding[];
  uses: WaiverUse[];
}

/**
 * Marks the findings that waivers accept and adds a finding for each waiver that has expired or matches nothing. A
 * waiver counts up to the end of its last day in UTC. What the policy has accepted already is left as it is.
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly ScopedWaiver[],
  now: string,
  scopesOf: (finding: Finding) => readonly string[],
): AppliedWaivers {
  const today = toUtc(now).slice(0, 10);
  const byRule = Map.groupBy(
    findings.filter((finding) => finding.waived === null),
    (finding) => finding.rule,
  );
  const accepted = new Map<string, Waiver>();
  const ids = idsOf(waivers.map(({ waiver }) => waiver));
  const uses = waivers.map(({ waiver, scopes }, index): WaiverUse => {
    const matches = createWaiverMatcher(waiver.match);
    const found = (byRule.get(waiver.rule) ?? [])
      .filter(matches)
      .filter((finding) => scopes === null || scopesOf(finding).some((scope) => scopes.includes(scope)));
    const expired = waiver.until < today;
    for (const finding of found) if (!expired && !accepted.has(finding.id)) accepted.set(finding.id, waiver);
    const state = expired ? 'expired' : found.length > 0 ? 'used' : 'unused';
    return { id: ids[index] ?? '', ...waiver, state, findings: found.map((finding) => finding.id).sort() };
  });
  return {
    findings: [...findings.map((finding) => accept(finding, accepted.get(finding.id))), ...uses.flatMap(checkUse)],
    uses,
  };
}

/** Rule and match, with a number behind where these repeat: a waiver keeps its id when another one is put before it. */
function idsOf(waivers: readonly Waiver[]): string[] {
  const seen = new Map<string, number>();
  return waivers.map(({ rule, match }) => {
    const id = `${rule} ${match}`;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id} (${count})`;
  });
}

function accept(finding: Finding, waiver: Waiver | undefined): Finding {
  if (!waiver) return finding;
  return { ...finding, waived: { reason: waiver.reason, by: waiver.by, until: waiver.until } };
}

function checkUse({ id, rule, match, until, state, findings }: WaiverUse): Finding[] {
  if (state === 'used') return [];
  const what = `The waiver of ${rule} for ${match}`;
  const base = { subject: { kind: 'waiver', id }, related: findings, sources: [] } as const;
  if (state === 'unused')
    return [
      createFinding({
        ...base,
        rule: 'waiver-unused',
        detail: `${what} matches no finding.`,
        next: 'Remove it from the policy, or correct rule and match.',
      }),
    ];
  return [
    createFinding({
      ...base,
      rule: 'waiver-expired',
      detail: `${what} ended on ${until}${findings.length > 0 ? `, and ${findings.length} findings count again` : ''}.`,
      next: 'Renew it with a new reason and end, or remove it.',
    }),
  ];
}
