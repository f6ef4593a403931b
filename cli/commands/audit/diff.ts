import * as z from 'zod';
import type { AuditDiff, RowsDiff } from '../../../shared/domain/audit/diff/audit-diff.ts';
import { diffAudits } from '../../../shared/domain/audit/diff/diff-audits.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { readReport } from './read-report.ts';

export const AuditDiffOptions = z.object({ before: z.string(), after: z.string(), json: z.boolean().default(false) });
export type AuditDiffOptions = z.infer<typeof AuditDiffOptions>;

const LISTS = ['ranges', 'stories', 'changes', 'commits', 'findings', 'links', 'waivers', 'gaps'] as const;

/** What changed between two audits. Exit code 0 when they say the same of the same release, 1 when they do not. */
export async function auditDiff({ before, after, json }: AuditDiffOptions, io: CliIO): Promise<number> {
  const diff = diffAudits(await readReport(before, io), await readReport(after, io));
  return answer({ json, document: diff, text: () => format(diff), ok: diff.same }, io);
}

function format(diff: AuditDiff): string[] {
  if (diff.same) return [`Both audits of ${oneLine(diff.a.fixVersion)} say the same.`];
  const delta = diff.coverageDelta;
  return [
    `${oneLine(diff.a.fixVersion)} ${diff.a.auditedAt} -> ${oneLine(diff.b.fixVersion)} ${diff.b.auditedAt}`,
    `result    ${diff.a.result} -> ${diff.b.result}`,
    ...(delta === null || delta === 0
      ? []
      : [`coverage  ${delta > 0 ? '+' : ''}${Math.round(delta * 1000) / 10} points`]),
    ...(diff.policyChanged ? ['policy    changed'] : []),
    ...diff.moved.map(({ subject, detail }) => `moved     ${oneLine(subject)}: ${oneLine(detail)}`),
    ...LISTS.flatMap((name) => formatRows(name, diff[name])),
    ...diff.orphans.added.map((id) => `+ orphan ${oneLine(id)}`),
    ...diff.orphans.removed.map((id) => `- orphan ${oneLine(id)}`),
  ];
}

function formatRows(name: string, { added, removed, changed }: RowsDiff): string[] {
  const lines = [
    ...added.map((id) => `  + ${oneLine(id)}`),
    ...removed.map((id) => `  - ${oneLine(id)}`),
    ...changed.map(
      ({ id, fields }) =>
        `  ~ ${oneLine(id)}: ${fields.map(({ field, a, b }) => `${field} ${oneLine(JSON.stringify(a))} -> ${oneLine(JSON.stringify(b))}`).join('; ')}`,
    ),
  ];
  return lines.length === 0 ? [] : ['', name, ...lines];
}
