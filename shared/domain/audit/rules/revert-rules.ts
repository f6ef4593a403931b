import { commitId, mergeRequestId } from '../changes/audit-change.ts';
import type { RepositoryModel } from '../model/repository-model.ts';
import type { Finding } from '../report/finding.ts';
import { sourceOf } from './change-rules.ts';
import { createFinding } from './create-finding.ts';

interface Missing {
  sha: string;
  by: string;
  reverted: readonly string[];
  lacking: readonly string[];
}

/** Changes of the range that another branch has taken back and this one still has; one finding for each change. */
export function checkReverts(model: RepositoryModel): Finding[] {
  const branches = model.facts.ranges.map((range) => range.branch);
  const missing: Missing[] = [
    ...model.missingReverts.map((one) => ({ ...one, reverted: one.branches, lacking: branches })),
    ...model.net.partial.map((one) => ({ ...one, reverted: [], lacking: one.lacking })),
  ];
  const found = new Map<string, Finding>();
  for (const one of missing) {
    const change = model.changeOf.get(one.sha);
    if (!change?.inScope || found.has(change.id)) continue;
    const by = idOf(one.by, model.facts.repository);
    const where = one.reverted.length > 0 ? ` on ${one.reverted.join(', ')}` : '';
    found.set(
      change.id,
      createFinding({
        rule: 'revert-missing-here',
        subject: { kind: 'change', id: change.id },
        related: [by],
        detail: `${by} reverted it${where}, but ${one.lacking.join(', ')} still has it.`,
        next: `Revert it on ${one.lacking.join(', ')} too, or say in a waiver why it stays.`,
        sources: [sourceOf(change)],
      }),
    );
  }
  return [...found.values()];
}

function idOf(by: string, repository: string): string {
  return by.startsWith('!') ? mergeRequestId(repository, Number(by.slice(1))) : commitId(repository, by);
}
