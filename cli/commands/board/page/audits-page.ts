import { html } from 'hono/html';
import { describeResult } from '../../../../shared/domain/audit/render/describe-result.ts';
import type { CliIO } from '../../../io/io.ts';
import { countOf } from '../../../output/count-of.ts';
import type { ListedAudit } from '../../audit/read-audits.ts';
import { renderLink, renderTime } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { type Column, renderTable } from './table.ts';

/** The audits that are kept, newest first. */
export function renderAuditsPage(
  { audits, total }: { audits: readonly ListedAudit[]; total: number },
  now: number,
  nameCommands: CliIO['nameCommands'],
): Html {
  return renderLayout({
    title: 'Audits',
    page: '/audits',
    body: html`<h1>Audits</h1>
${renderTable({
  caption: 'Newest first; links that expire can be opened for an hour',
  columns: COLUMNS,
  rows: audits.map((audit) => toRow(audit, now)),
  empty: 'No audit is kept.',
})}
${total > audits.length ? html`<p class="soft">${countOf(total - audits.length, 'older audit')} not shown; <code>${nameCommands('cmap audit list --limit')}</code> shows more.</p>` : ''}`,
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'Fix version' },
  { title: 'Result' },
  { title: 'Kept' },
  { title: 'Open' },
  { title: 'Audit', minor: true },
];

function toRow({ fixVersion, auditId, archivedAt, summary, page, workbook }: ListedAudit, now: number) {
  return [
    fixVersion,
    summary
      ? html`<span class="${summary.result === 'clean' ? 'good' : summary.result === 'findings' ? 'bad' : 'warn'}">${describeResult(summary)}</span>`
      : 'written by another version of cmap; see its page',
    renderTime(Date.parse(archivedAt), now),
    html`${renderLink(page, 'page')} ${renderLink(workbook, 'workbook')}`,
    html`<code>${auditId}</code>`,
  ];
}
