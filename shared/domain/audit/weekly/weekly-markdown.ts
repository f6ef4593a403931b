import type { WeeklyArtefact, WeeklyIssue } from './weekly-facts.ts';
import type { WeeklyMark, WeeklyReport, WeeklySection } from './weekly-report.ts';

/** The weekly report as Markdown. Text of others is escaped and stays on its line; an empty section prints its filters. */
export function weeklyMarkdown(report: WeeklyReport): string {
  return [
    `# Week ${day(report.since)} to ${day(report.until)}`,
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

function section<Item>(title: string, { items, filters }: WeeklySection<Item>, line: (item: Item) => string): string {
  const count = items.length > 0 ? ` (${items.length})` : '';
  const body =
    items.length > 0
      ? items.map((item) => `- ${line(item)}`).join('\n')
      : `Nothing found. Searched: ${plain(filters)}.`;
  return `## ${title}${count}\n\n${body}`;
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
