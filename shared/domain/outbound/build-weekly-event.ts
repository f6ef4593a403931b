import { fitText } from '../../kernel/text/fit-text.ts';
import { fitWords } from '../../kernel/text/fit-words.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { weeklyMarkdown } from '../audit/weekly/weekly-markdown.ts';
import type { WeeklyReport, WeeklySection } from '../audit/weekly/weekly-report.ts';
import type { WeeklyReportEntry } from '../runs/outbox-entry.ts';
import { nameWeekly } from '../runs/outbox-entry.ts';
import { buildEventId, type WeeklyOutboundEvent } from './outbound-event.ts';

/** A message of Teams has room for 28 kB with everything around it. */
const MAX_MARKDOWN_LENGTH = 16_000;
const SHOWN = 5;
const MAX_ITEM_LENGTH = 120;

/** The event of a weekly report. Its id is the same however often the report of a week is sent to a webhook. */
export function buildWeeklyEvent(
  report: WeeklyReport,
  entry: Pick<WeeklyReportEntry, 'week' | 'projects'>,
  { urlRef, jiraProjects }: { urlRef: string; jiraProjects: string[] },
): WeeklyOutboundEvent {
  const { since, until, done, inProgress, backlog, decisions, actions, blockers, artefacts } = report;
  const sections = { done, inProgress, backlog, decisions, actions, blockers, artefacts };
  const counts = Object.fromEntries(Object.entries(sections).map(([name, { items }]) => [name, items.length]));
  return {
    schemaVersion: 1,
    id: buildEventId('report.weekly', urlRef, nameWeekly(entry)),
    type: 'report.weekly',
    time: until,
    week: entry.week,
    since,
    until,
    jiraProjects,
    counts: counts as WeeklyOutboundEvent['counts'], // the sections above are its names
    lines: describeSections(report),
    markdown: fitWords(weeklyMarkdown(report), MAX_MARKDOWN_LENGTH),
  };
}

function describeSections({ done, inProgress, decisions, actions, blockers, gaps }: WeeklyReport): string[] {
  const issue = ({ key, summary }: { key: string; summary: string }) => `${key} ${summary}`;
  const mark = ({ text, subject }: { text: string; subject: string }) => `${text} (${subject})`;
  const lines = [
    ...describe('Done', done, issue),
    ...describe('In progress', inProgress, issue),
    ...describe('Decisions', decisions, mark),
    ...describe('Actions', actions, mark),
    ...describe('Blockers', blockers, mark),
    ...gaps.map((gap) => `Not everything could be seen: ${oneLine(gap)}`),
  ];
  return lines.length > 0 ? lines : ['Nothing was done, is in progress or was decided.'];
}

function describe<Item>(title: string, { items }: WeeklySection<Item>, name: (item: Item) => string): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, SHOWN).map((item) => fitText(oneLine(name(item)), MAX_ITEM_LENGTH));
  const more = items.length - shown.length;
  return [`${title} (${items.length}): ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`];
}
