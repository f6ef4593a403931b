import { createHash } from 'node:crypto';
import { describeResult } from '../render/describe-result.ts';
import { escapeXml } from '../render/escape-xml.ts';
import type { AuditReport } from '../report/audit-report.ts';
import { reportTables } from '../tables/report-tables.ts';
import { FACET_NAMES, sliceRows } from '../tables/table.ts';
import { packFacets } from './pack-facets.ts';
import { PAGE_SCRIPT } from './page-script.generated.ts';
import { PAGE_STYLE, WHOLE_PAGE_STYLE } from './page-style.ts';
import { renderFigures } from './render-figures.ts';
import { MAX_PAGE_ROWS, renderTable } from './render-table.ts';

const FACET_TITLES: Record<(typeof FACET_NAMES)[number], string> = {
  version: 'Fix version',
  status: 'Status',
  assignee: 'Assignee',
  label: 'Label',
  component: 'Component',
  repository: 'Repository',
  branch: 'Branch',
  date: 'Commit date',
  finding: 'Finding',
};

/**
 * The report as one HTML file, piece by piece: opens from a disk, sends no request, and is complete without script. The
 * content security policy names the hashes of its own style and script, so nothing that a title or a message smuggles
 * in can run.
 */
export function* renderPage(report: AuditReport): Generator<string> {
  const { summary } = report;
  const tables = reportTables(report);
  const isCut = tables.some(({ rows }) => rows.length > MAX_PAGE_ROWS);
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(PAGE_STYLE)}' '${hashOf(WHOLE_PAGE_STYLE)}'`,
    `script-src '${hashOf(PAGE_SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = `Release audit ${summary.fixVersion}`;
  yield [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#findings">Skip to the findings</a>',
    '<header>',
    `<h1>${escapeXml(title)}</h1>`,
    `<p><span class="result ${summary.result}">${escapeXml(describeResult(summary))}</span></p>`,
    renderFacts(report),
    '</header>',
    '<main>',
    '<h2 id="figures">Figures</h2>',
    renderFigures(report),
    renderFilters(),
    '',
  ].join('\n');
  for (const table of tables) {
    yield* renderTable(table);
    yield '\n';
  }
  yield `</main>\n${isCut ? COMPARE_ELSEWHERE : renderCompare()}\n`;
  const shown = tables.map((table) => ({ ...table, rows: sliceRows(table.rows, 0, MAX_PAGE_ROWS) }));
  yield* inScript('facets', packFacets(shown));
  if (!isCut) yield* inScript('report', jsonPieces(report, 2));
  yield `<style>${WHOLE_PAGE_STYLE}</style>\n<script>${PAGE_SCRIPT}</script>\n</body>\n</html>\n`;
}

/** A page that has not all rows cannot say what changed. */
const COMPARE_ELSEWHERE =
  '<p>This release is too large to be compared in a page: <code>cmap audit diff</code> compares two <code>audit.json</code>.</p>';

function renderFacts({ summary }: AuditReport): string {
  const facts: [string, string][] = [
    ['Projects', summary.projects.join(', ')],
    ...summary.ranges.map(({ repository, branch, fromRef, fromSha, toRef, toSha, commits }): [string, string] => [
      `${repository}, ${branch}`,
      `${fromRef} (${fromSha ?? 'root'}) to ${toRef} (${toSha}), ${commits} ${commits === 1 ? 'commit' : 'commits'}`,
    ]),
    ...(summary.environment === null ? [] : [['Environment', summary.environment] as [string, string]]),
    ...Object.entries(summary.scope).map(([key, value]): [string, string] => [`Scope: ${key}`, value]),
    ['Audited at', summary.auditedAt],
    ['Policy, SHA-256', summary.policySha256],
    [
      'Made with',
      `cmap ${summary.toolVersion}; ${summary.calls.gitlab} calls to GitLab, ${summary.calls.jira} to Jira`,
    ],
  ];
  const rows = facts.map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd>`);
  return `<dl class="facts">${rows.join('')}</dl>`;
}

function renderFilters(): string {
  const selects = FACET_NAMES.filter((name) => name !== 'date').map(
    (name) => `<label>${FACET_TITLES[name]}<select name="${name}"><option value="">all</option></select></label>`,
  );
  return [
    '<form class="filters scripted" id="filters" aria-label="Filters">',
    '<label>Text<input type="search" name="text"></label>',
    ...selects,
    '<label>Committed from<input type="date" name="from"></label>',
    '<label>to<input type="date" name="to"></label>',
    '<button type="reset">Clear</button>',
    '<output id="matches" aria-live="polite"></output>',
    '</form>',
  ].join('\n');
}

function renderCompare(): string {
  return [
    '<section class="scripted scripted-only" id="compare" aria-labelledby="compare-title">',
    '<h2 id="compare-title">Compare</h2>',
    '<p><label>The <code>audit.json</code> of another audit <input type="file" accept=".json,application/json" id="other"></label></p>',
    '<div id="difference" aria-live="polite"></div>',
    '</section>',
  ].join('\n');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

/** A data element with JSON that cannot end it. */
function* inScript(id: string, json: Iterable<string>): Generator<string> {
  yield `<script type="application/json" id="${id}">`;
  for (const piece of json) yield escapeJson(piece);
  yield '</script>\n';
}

/** The same text as `JSON.stringify`, with the members of objects and lists one by one down to a depth. */
function* jsonPieces(value: unknown, depth: number): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value);
    return;
  }
  const isList = Array.isArray(value);
  let before = isList ? '[' : '{';
  for (const [key, member] of isList ? value.entries() : Object.entries(value)) {
    if (member === undefined) continue;
    yield isList ? before : `${before}${JSON.stringify(key)}:`;
    yield* jsonPieces(member, depth - 1);
    before = ',';
  }
  yield before === ',' ? (isList ? ']' : '}') : isList ? '[]' : '{}';
}

function escapeJson(text: string): string {
  return text.replaceAll('<', '\\u003C').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
