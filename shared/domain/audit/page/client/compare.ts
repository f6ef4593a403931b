import type { RowsDiff } from '../../diff/audit-diff.ts';
import { diffAudits } from '../../diff/diff-audits.ts';
import type { AuditReport } from '../../report/audit-report.ts';
import { readJson } from './read-json.ts';

const LISTS = ['ranges', 'stories', 'changes', 'commits', 'findings', 'links', 'waivers', 'gaps'] as const;

/**
 * Reads the report of an earlier audit from a file and shows what this one has that it had not. Nothing leaves the
 * browser.
 */
export function startCompare(): void {
  const input = document.getElementById('other') as HTMLInputElement | null;
  const output = document.getElementById('difference');
  input?.addEventListener('change', async () => {
    const [file] = Array.from(input.files ?? []);
    if (!file || !output) return;
    output.replaceChildren();
    try {
      const other = JSON.parse(await file.text()) as AuditReport;
      if (other.schema !== 'cmap.audit.v1') throw new TypeError('another schema');
      output.append(...describe(other, readJson<AuditReport>('report')));
    } catch {
      output.append(element('p', `${file.name} is not the audit.json of an audit.`));
    }
  });
}

function describe(before: AuditReport, after: AuditReport): HTMLElement[] {
  const diff = diffAudits(before, after);
  if (diff.same) return [element('p', 'Both audits say the same.')];
  const heads = [`${diff.a.fixVersion}, ${diff.a.auditedAt}: ${diff.a.result}; this audit: ${diff.b.result}.`];
  if (diff.coverageDelta !== null && diff.coverageDelta !== 0) {
    heads.push(`Coverage: ${diff.coverageDelta > 0 ? '+' : ''}${Math.round(diff.coverageDelta * 1000) / 10} points.`);
  }
  if (diff.policyChanged) heads.push('The policy is another one.');
  heads.push(...diff.moved.map(({ subject, detail }) => `Moved: ${subject}. ${detail}`));
  return [element('p', heads.join(' ')), ...LISTS.flatMap((name) => describeRows(name, diff[name]))];
}

function describeRows(name: string, { added, removed, changed }: RowsDiff): HTMLElement[] {
  const rows = [
    ...added.map((id) => element('li', id, 'added')),
    ...removed.map((id) => element('li', id, 'removed')),
    ...changed.map(({ id, fields }) =>
      element(
        'li',
        `${id}: ${fields.map(({ field, a, b }) => `${field} ${JSON.stringify(a)} → ${JSON.stringify(b)}`).join('; ')}`,
        'changed',
      ),
    ),
  ];
  if (rows.length === 0) return [];
  const list = document.createElement('ul');
  list.append(...rows);
  return [element('h3', `${name} (${rows.length})`), list];
}

function element(tag: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}
