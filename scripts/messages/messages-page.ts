import { describeCanceled, planReviewStatus, REVIEW_RUNNING } from '../../shared/domain/review/plan-review-status.ts';
import { type ErrorCode, FAILURES } from '../../shared/kernel/errors.ts';
import { escapePipes } from '../../shared/kernel/text/escape-pipes.ts';
import { AUDIT_MESSAGES } from './audit-messages.ts';
import { HEAD_SHA } from './examples.ts';
import { MERGE_REQUEST_MESSAGES } from './merge-request-messages.ts';
import type { MessageGroup } from './message.ts';
import { TICKET_MESSAGES } from './ticket-messages.ts';

const HEAD = `# Messages

What people read in Jira and GitLab, each text as the product writes it for one example. This page is made from the code by
\`npm run schema\`; change it there. Notes and comments end with a marker that is not shown, by which they are found again; it is
left out here.`;

/** `docs/messages.md`: every text of the product that stands in a ticket or a merge request. */
export function generateMessagesDoc(): string {
  return `${[
    HEAD,
    '## In Jira',
    ...TICKET_MESSAGES.map(formatGroup),
    '## In GitLab',
    ...MERGE_REQUEST_MESSAGES.map(formatGroup),
    formatStatuses(),
    '## After an audit',
    ...AUDIT_MESSAGES.map(formatGroup),
    formatFailures(),
  ].join('\n\n')}\n`;
}

function formatGroup({ title, about, messages }: MessageGroup): string {
  const texts = messages.map(({ when, text }) => `When ${when}:\n\n${quote(text)}`);
  return [`### ${title}`, about, ...texts].join('\n\n');
}

/** Headings inside are text of the example, not of this page. */
function quote(text: string): string {
  const visible = text.replaceAll(/\s*<!--.*?-->/gs, '');
  return visible
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

function formatStatuses(): string {
  const about = { headSha: HEAD_SHA, minSeverity: 'nit', overflow: [] } as const;
  const statuses = [
    REVIEW_RUNNING,
    planReviewStatus({ ...about, threads: [] }),
    planReviewStatus({ ...about, threads: [], overflow: ['major', 'minor'] }),
    planReviewStatus({ ...about, threads: [], unreadable: 1 }),
    planReviewStatus({ ...about, threads: [], missed: 12 }),
    ...['newer-head', 'closed', 'try-again'].map(describeCanceled),
  ];
  const rows = statuses.map(({ state, description }) => `| ${state} | ${description} |`);
  return ['### The commit status `cmap/review`', ['| State | Text |', '|---|---|', ...rows].join('\n')].join('\n\n');
}

/** Sorted by code, so that a new one makes one line of difference. */
function formatFailures(): string {
  const codes = Object.keys(FAILURES).sort() as ErrorCode[]; // the keys of this table
  const rows = codes.map((code) => {
    const { sentence, next, retry } = FAILURES[code];
    return `| \`${code}\` | ${escapePipes(sentence)} | ${escapePipes(next)} | ${retry ? 'yes' : 'no'} |`;
  });
  return [
    '## Why a run stopped',
    'The code stands in the log, in `cmap run show` and on the board; people read the sentence and the next step.',
    ['| Code | Sentence | Next step | Tried again by itself |', '|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}
