import { codeSpan } from '../../kernel/text/code-span.ts';
import { escapePipes } from '../../kernel/text/escape-pipes.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import type { JudgedCriteria } from '../criteria/judge-criteria.ts';
import { sanitizeAgentText, sanitizeInline } from '../guard/sanitize-agent-text.ts';
import { formatCriteriaSection } from '../messages/format-criteria.ts';
import type { Finding } from './finding.ts';
import { formatPlace } from './format-finding-note.ts';
import { PART_LIMITS } from './plan-parts.ts';
import type { ReviewRange } from './plan-review-range.ts';
import { type FileLeftOut, isMissed } from './select-files.ts';
import { countSeverities, SEVERITY_NAMES } from './severity-names.ts';

/** One part of a change that was read in several. */
export interface ReviewedPart {
  number: number;
  /** How many files, and the first and last of them; by directory, so that these say which. */
  files: number;
  from: string;
  to: string;
  /** The agent's sentences about it. */
  summary: string;
}

export interface SummaryNote {
  /** The agent's paragraph. */
  summary: string;
  /** What was read instead of everything at once; each with a summary of its own. */
  parts?: readonly ReviewedPart[];
  range: Exclude<ReviewRange, { kind: 'nothing' }>;
  headSha: string;
  scope: string;
  /** Findings posted by this review, inline or not. */
  posted: readonly Finding[];
  /** Findings that do not stand at their lines: at the file, in a thread without a position, or only here. */
  notInline: readonly { finding: Finding; where: 'file' | 'note' | 'summary' }[];
  /** Findings below the least severity that is posted: they stand here only. */
  noticed: readonly Finding[];
  /** Changed files that were not read. */
  leftOut?: readonly FileLeftOut[];
  /** Items of a review in prose that could not be read. */
  unreadable?: number;
  /** Findings have no thread that would keep them: the head does not count as reviewed, so the next review is whole. */
  incomplete?: boolean;
  /** GitLab refused the status of the commit. */
  statusRefused?: boolean;
  resolved: number;
  partly: number;
  reopened: number;
  /** Findings that were found again and not posted again. */
  notRepeated: number;
  /** What the review says about the criteria of the ticket, where it has some. */
  criteria?: JudgedCriteria;
}

/**
 * The one summary of a merge request, edited in place. Its marker names the head, which the next review starts from,
 * unless the review is incomplete.
 */
export function formatSummaryNote(note: SummaryNote): string {
  const parts = ['## Review', formatSummary(note)];
  parts.push(formatCounts(note.posted));
  const activity = formatActivity(note);
  if (activity.length > 0) parts.push(activity.map((line) => `- ${line}`).join('\n'));
  if (note.notInline.length > 0) parts.push(formatTable(note.notInline));
  if (note.criteria) parts.push(formatCriteriaSection(note.criteria));
  if (note.noticed.length > 0) parts.push(formatNoticed(note.noticed));
  parts.push(...formatLeftOut(note));
  if (note.statusRefused) parts.push(STATUS_REFUSED);
  parts.push(formatRange(note));
  const reviewed = note.incomplete ? {} : { sha: note.headSha };
  return appendMarker(parts.join('\n\n'), { purpose: 'summary', scope: note.scope, ...reviewed });
}

function formatSummary({ summary, parts = [] }: SummaryNote): string {
  if (parts.length === 0) return sanitizeAgentText(summary, { maxChars: 10_000 }) || 'The review has no summary.';
  const list = parts.map(({ number, files, from, to, summary: said }) => {
    const which = from === to ? codeSpan(from) : `${codeSpan(from)} to ${codeSpan(to)}`;
    const amount = files === 1 ? '' : `, ${files} files`;
    return `- Part ${number}, ${which}${amount}: ${sanitizeInline(said, 600) || 'no summary.'}`;
  });
  return `The change is too large to be read at once. These parts of it were read, each with a map of the whole:\n\n${list.join('\n')}`;
}

const LEFT_OUT = [
  { why: 'binary', one: 'binary file', many: 'binary files' },
  { why: 'paths', one: 'file outside `review.paths`', many: 'files outside `review.paths`' },
  {
    why: 'lock-file',
    one: 'lock file of a dependency update',
    many: 'lock files of a dependency update',
  },
  { why: 'budget', one: 'file that the budget did not reach', many: 'files that the budget did not reach' },
  {
    why: 'parts',
    one: `file beyond the ${PART_LIMITS.maxParts} parts of one review`,
    many: `files beyond the ${PART_LIMITS.maxParts} parts of one review`,
  },
  {
    why: 'no-result',
    one: 'file of a part that ended without a result',
    many: 'files of a part that ended without a result',
  },
] as const;

/** Names of one kind; the number says how many there are. */
const MAX_NAMES = 20;

function formatLeftOut({ leftOut = [], unreadable = 0 }: SummaryNote): string[] {
  const lines = LEFT_OUT.flatMap(({ why, one, many }) => {
    const paths = leftOut
      .filter((file) => file.why === why)
      .map(({ path, isInPart }) => `${codeSpan(path)}${isInPart ? ' (in part)' : ''}`);
    if (paths.length === 0) return [];
    const more = paths.length > MAX_NAMES ? [`${paths.length - MAX_NAMES} more`] : [];
    const names = [...paths.slice(0, MAX_NAMES), ...more].join(', ');
    return [`- ${paths.length} ${paths.length === 1 ? one : many}: ${names}`];
  });
  if (unreadable > 0)
    lines.push(`- ${unreadable === 1 ? '1 item' : `${unreadable} items`} of the review that could not be read`);
  if (lines.length === 0) return [];
  return [`Not looked at:\n\n${lines.join('\n')}`, ...(leftOut.some(isMissed) ? [MISSED] : [])];
}

const MISSED =
  'The head does not count as reviewed. Split the merge request, or raise `budget` in the binding and write `/copilot full review`.';

const STATUS_REFUSED =
  'GitLab refused the commit status `cmap/review`. It needs the role Developer in the project of the source branch; `review.status: off` in the binding does without it.';

function formatCounts(posted: readonly Finding[]): string {
  if (posted.length === 0) return 'No new findings.';
  const total = posted.length === 1 ? '1 new finding' : `${posted.length} new findings`;
  return `${total}: ${countSeverities(posted.map(({ severity }) => severity))}.`;
}

function formatActivity({ resolved, partly, reopened, notRepeated }: SummaryNote): string[] {
  return [
    { count: resolved, text: 'fixed since the last review' },
    { count: partly, text: 'fixed in part' },
    { count: reopened, text: 'opened again, because the problem is back' },
    { count: notRepeated, text: 'known already and not repeated' },
  ].flatMap(({ count, text }) => (count > 0 ? [`${count} ${text}`] : []));
}

/** Of one list; the most severe come first. */
const MAX_ROWS = 100;

const WHERE = { file: 'at the file', note: 'in a note', summary: 'only here' };

function formatTable(rows: SummaryNote['notInline']): string {
  const lines = rows.slice(0, MAX_ROWS).map(({ finding, where }) => {
    const place = escapePipes(codeSpan(formatPlace(finding)));
    return `| ${SEVERITY_NAMES[finding.severity]} | ${place} | ${sanitizeInline(finding.title, 160)} | ${WHERE[where]} |`;
  });
  return [
    'Not at a line of the diff:',
    '',
    '| Severity | Where | Finding | Posted |',
    '|---|---|---|---|',
    ...lines,
    ...(rows.length > MAX_ROWS ? ['', `${rows.length - MAX_ROWS} more are not listed.`] : []),
  ].join('\n');
}

function formatNoticed(noticed: SummaryNote['noticed']): string {
  const lines = noticed.slice(0, MAX_ROWS).map((finding) => {
    const { severity, title } = finding;
    return `- ${SEVERITY_NAMES[severity]}, ${codeSpan(formatPlace(finding))}: ${sanitizeInline(title, 160)}`;
  });
  const more = noticed.length - lines.length;
  return ['Also noticed:', '', ...lines, ...(more > 0 ? [`- ${more} more`] : [])].join('\n');
}

function formatRange({ range, headSha, leftOut = [] }: SummaryNote): string {
  const head = headSha.slice(0, 8);
  if (leftOut.some(isMissed)) return `Reviewed in part up to ${head}.`;
  if (range.kind === 'incremental') return `Reviewed the new commits ${range.from.slice(0, 8)}..${head}.`;
  if (range.because === 'rewritten')
    return `Reviewed everything up to ${head}, because the branch was rewritten since the last review.`;
  return `Reviewed everything up to ${head}.`;
}
