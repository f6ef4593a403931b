import { codeSpan } from '../../../kernel/text/code-span.ts';
import type { WeeklyArtefact, WeeklyIssue } from './weekly-facts.ts';
import type { WeeklyMark, WeeklyReport, WeeklySection } from './weekly-report.ts';

/**
 * The weekly report as Markdown. Text of others is escaped and stays on its line; an empty section prints its filters.
 */
export function weeklyMarkdown(report: WeeklyReport): string {
  return [
    `# Week ${day(report.since)} to ${day(report.until)}`,
    ...formatGaps(report.gaps),
    section('Done', report.done, issueLine),
    section('In progress', report.inProgress, issueLine),
    section('Backlog', report.backlog, issueLine),
    section('Decisions', report.decisions, markLine),
    section('Actions', report.actions, markLine),
    section('Blockers', report.blockers, markLine),
    section('Notes', report.notes, markLine),
    section('Artefacts', report.artefacts, artefactLine),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** Before everything else: what is missing below may be there. */
function formatGaps(gaps: readonly string[]): string[] {
  if (gaps.length === 0) return [];
  return ['**Not everything could be seen:**', gaps.map((gap) => `- ${plain(gap)}`).join('\n')];
}

/** More of them make a page that people do not read. */
const MAX_LINES = 50;

function section<Item>(title: string, { items, filters }: WeeklySection<Item>, line: (item: Item) => string): string {
  const count = items.length > 0 ? ` (${items.length})` : '';
  const body =
    items.length > 0
      ? [...items.slice(0, MAX_LINES).map((item) => `- ${line(item)}`), ...restOf(items)].join('\n')
      : `Nothing found. Searched: ${searched(filters)}.`;
  return `## ${title}${count}\n\n${body}`;
}

/** A search of issues comes first, and is one that a person pastes into Jira: nothing in it is escaped. */
function searched(filters: string): string {
  const [search = '', ...others] = filters.split('; ');
  const first = /^project /.test(search) ? codeSpan(search) : plain(search);
  return [first, ...others.map(plain)].join('; ');
}

function restOf(items: readonly unknown[]): string[] {
  const rest = items.length - MAX_LINES;
  return rest > 0 ? [`- ${rest} more, all of them in the report as JSON`] : [];
}

function issueLine({ key, summary, status, assignee, url }: WeeklyIssue): string {
  const who = assignee === null ? 'not assigned' : plain(assignee);
  return `${link(key, url)} ${plain(summary)} (${plain(status)}, ${who})`;
}

function markLine({ text, subject, author, at, url }: WeeklyMark): string {
  return `${plain(text)} (${plain(author)}, ${day(at)}, ${link(subject, url)})`;
}

function artefactLine({ kind, title, at, url }: WeeklyArtefact): string {
  return `${link(title, url)} (${kind.replace('-', ' ')}, ${day(at)})`;
}

function link(text: string, url: string): string {
  if (url === '') return plain(text);
  const target = url.replace(/[\s()<>]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `[${plain(text)}](${target})`;
}

/** Text of others: one line, no markup, no mention. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|~]/g, '\\$&')
    .replace(/@(?=\w)/g, '@\u200B');
}

function day(instant: string): string {
  return instant.slice(0, 10);
}
