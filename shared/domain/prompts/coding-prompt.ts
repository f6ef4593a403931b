import { cleanText } from '../../kernel/text/clean-text.ts';
import { cutText } from '../../kernel/text/cut-text.ts';
import { utcDay } from '../../kernel/utc-day.ts';
import { nameImages } from '../attachments/attachment-places.ts';
import type { Criteria } from '../criteria/criterion.ts';
import type { Issue } from '../ports/jira.ts';
import { formatCriteriaTask, formatCriteriaToPlan } from './criteria-task.ts';
import { formatAttachments, type PromptAttachments } from './format-attachments.ts';
import { formatComments, labelOrKeep, type PromptComment } from './format-comments.ts';
import { formatFence } from './format-fence.ts';
import { isLongerThan, labelUntrusted } from './label-untrusted.ts';
import { shortLine } from './short-line.ts';
import { formatTicketFields, type KeepWhole } from './ticket-fields.ts';

/** A discussion on the merge request that is not resolved. */
export interface PromptThread {
  path?: string;
  line?: number;
  comments: PromptComment[];
}

export interface CodingPromptInput {
  issue: Pick<Issue, 'key' | 'summary' | 'description'> & Partial<Pick<Issue, 'details' | 'labels'>>;
  /** Names of the fields of the issue to show besides those every issue has. */
  ticketFields?: readonly string[];
  /** What the issue says the work has to fulfil. */
  criteria: Criteria;
  /** What is attached to the issue, where it has anything. */
  attachments?: PromptAttachments;
  /** Of people, oldest first. In rework: those the agent has answered to already. */
  comments: PromptComment[];
  targetBranch: string;
  /** Globs of the part of the repository that may be changed; absent for all of it. */
  paths?: readonly string[];
  /** The command that must succeed before anything is pushed. */
  validateCommand?: string;
  /** Present when an earlier run has worked on the issue. */
  rework?: {
    /** The earlier work was merged or its branch is gone, so this begins at the target branch. */
    startsAnew?: boolean;
    previousSummary?: string;
    /** What the runs before that one have reported, newest first. */
    earlierAccounts?: readonly { createdAt: number; text: string }[];
    /** There are runs before these, whose reports were not looked for. */
    hasOlderAccounts?: true;
    newComments: PromptComment[];
    openThreads: PromptThread[];
  };
  /** Present when the earlier work no longer fits onto the branch and these files carry conflict markers. */
  conflict?: { onto: string; files: string[] };
  /** Present when the work begins with a plan, or carries one out. */
  plan?: PlanPart;
  /** Absolute directory outside the work tree, readable to the agent, where the caller writes `files`. */
  contextDirectory: string;
}

export type PlanPart =
  /** The session makes a plan and changes nothing; `earlier` is the plan that people answered. */
  | { kind: 'make'; earlier?: { text: string; replies: PromptComment[] } }
  | { kind: 'carry-out'; text: string; isApproved: boolean };

export interface Prompt {
  prompt: string;
  /** Texts that were too long for the prompt, whole. To be written to `contextDirectory`. */
  files: { name: string; content: string }[];
}

const MAX_DESCRIPTION_CHARACTERS = 20_000;
const MAX_THREAD_CHARACTERS = 4000;
const MAX_THREADS = 30;
const MAX_PLAN_CHARACTERS = 5000;
const MAX_FILE_CHARACTERS = 10_000_000;

/**
 * The first message of a coding session, or of the one that plans for it: what is asked, and what people said about it.
 */
export function buildCodingPrompt(given: CodingPromptInput): Prompt {
  const input = nameImagesInTexts(given);
  const files: Prompt['files'] = [];
  const whole: KeepWhole = (name, text) => {
    files.push({ name, content: cutText(cleanText(text), MAX_FILE_CHARACTERS) });
    return `${input.contextDirectory}/${name}`;
  };
  const sections = [
    ...formatIssue(input, whole),
    ...formatAttachments(input.attachments, '##'),
    ...formatComments('Comments on the issue', 'comment', input.comments, whole),
    ...formatRework(input, whole),
    ...formatPlanPart(input, whole),
    ...formatConflict(input),
    formatClosing(input),
  ];
  return { prompt: `${sections.join('\n\n')}\n`, files };
}

/** Where an image stands in a text, the text names the file the agent has. */
function nameImagesInTexts(input: CodingPromptInput): CodingPromptInput {
  const { issue, comments, rework, attachments } = input;
  if (!attachments || attachments.images.length === 0) return input;
  const inText = (text: string) => nameImages(text, attachments.images);
  const inComments = (texts: PromptComment[]) => texts.map((comment) => ({ ...comment, body: inText(comment.body) }));
  return {
    ...input,
    issue: { ...issue, description: inText(issue.description) },
    comments: inComments(comments),
    ...(rework ? { rework: { ...rework, newComments: inComments(rework.newComments) } } : {}),
  };
}

function formatIssue(
  { issue, criteria, ticketFields = [], targetBranch, plan }: CodingPromptInput,
  whole: KeepWhole,
): string[] {
  const { key, summary, description, details, labels = [] } = issue;
  return [
    `# Issue: ${key}\n\nThe change is made for branch \`${targetBranch}\`.`,
    labelUntrusted('summary', summary, 500),
    description.trim() === ''
      ? 'The issue has no description; the summary and the comments are all there is.'
      : labelOrKeep({ name: 'description', text: description, cap: MAX_DESCRIPTION_CHARACTERS }, whole),
    ...(details ? formatTicketFields({ details, labels }, ticketFields, whole) : []),
    ...(plan?.kind === 'make'
      ? formatCriteriaToPlan(criteria)
      : formatCriteriaTask(criteria, { heading: '##', tool: 'submit_result' })),
  ];
}

function formatRework({ rework }: CodingPromptInput, whole: KeepWhole): string[] {
  if (!rework) return [];
  const { startsAnew, previousSummary, newComments, openThreads } = rework;
  const stand = startsAnew
    ? 'You worked on this issue before. That work was merged or its branch is gone: this branch begins anew at the target branch, and nothing needs to be done twice.'
    : 'The branch already holds your earlier work and possibly commits of other people; keep what they did.';
  return [
    `## This is rework\n\n${stand} What people said since then is what this run is about.`,
    ...(previousSummary
      ? [
          `What you reported last time:\n\n${labelOrKeep({ name: 'previous summary', text: previousSummary, cap: 4000 }, whole)}`,
        ]
      : []),
    ...formatEarlierAccounts(rework, whole),
    ...formatComments('New comments', 'new comment', newComments, whole),
    ...formatThreads(openThreads, whole),
  ];
}

function formatEarlierAccounts(
  { earlierAccounts = [], hasOlderAccounts }: NonNullable<CodingPromptInput['rework']>,
  whole: KeepWhole,
): string[] {
  if (earlierAccounts.length === 0) return [];
  const texts = earlierAccounts.map(({ createdAt, text }) => `# Reported on ${utcDay(createdAt)}\n\n${text}`);
  const shown = fitTexts(texts);
  const file = whole('earlier-accounts.md', shown.join('\n\n'));
  const left = texts.length - shown.length;
  const more = left > 0 ? ` The ${left} oldest are left out.` : '';
  const older = hasOlderAccounts ? ' Still older ones were not looked for.' : '';
  const of = shown.length === 1 ? 'the run before that' : `the ${shown.length} runs before that, newest first,`;
  return [`What you reported in ${of} is in ${file}.${more}${older}`];
}

/** As many of the first as a file holds, each whole. */
function fitTexts(texts: readonly string[]): string[] {
  let left = MAX_FILE_CHARACTERS;
  const shown = texts.filter((text) => {
    left -= text.length + 2;
    return left >= 0;
  });
  return shown.length > 0 ? shown : texts.slice(0, 1);
}

const THREADS = '## Open threads on the merge request';

function formatThreads(threads: PromptThread[], whole: KeepWhole): string[] {
  if (threads.length === 0) return [];
  const numbered = threads.map((thread, index) => ({ thread, name: `thread ${index + 1}` }));
  const format = ({ thread, name }: (typeof numbered)[number]) => formatThread(thread, name, whole);
  if (threads.length <= MAX_THREADS) return [THREADS, ...numbered.map(format)];
  const newest = numbered.toSorted((one, other) => newestAt(other.thread) - newestAt(one.thread));
  const all = newest.map(({ thread, name }) => `# ${name}\n\n${describeThread(thread)}`);
  const file = whole('all-threads.md', all.join('\n\n'));
  const left = threads.length - MAX_THREADS;
  const note = `Those with the newest word come first. ${left} more are left out here; all ${threads.length} are in ${file}.`;
  return [`${THREADS}\n\n${note}`, ...newest.slice(0, MAX_THREADS).map(format)];
}

/** What was said last is what is asked for: of a thread that is too long, the beginning is in the file only. */
function formatThread(thread: PromptThread, name: string, whole: KeepWhole): string {
  const text = describeThread(thread);
  const cap = MAX_THREAD_CHARACTERS;
  if (!isLongerThan(text, cap)) return labelUntrusted(name, text, cap);
  const wholeTextIn = whole(`${name.replaceAll(' ', '-')}.md`, text);
  const newestFirst = describeThread(
    { ...thread, comments: thread.comments.toReversed() },
    'The newest comes first.\n',
  );
  return labelUntrusted(name, thread.comments.length > 1 ? newestFirst : text, cap, { wholeTextIn });
}

function describeThread({ path, line, comments }: PromptThread, order = ''): string {
  const place = path ? `On ${shortLine(path)}${line ? `, line ${line}` : ''}:\n` : '';
  return `${place}${order}${comments.map(({ author, body }) => `${shortLine(author)}: ${body}`).join('\n\n')}`;
}

function newestAt({ comments }: PromptThread): number {
  return Math.max(0, ...comments.map(({ createdAt }) => createdAt));
}

function formatPlanPart({ plan }: CodingPromptInput, whole: KeepWhole): string[] {
  if (!plan) return [];
  if (plan.kind === 'carry-out') {
    const head = plan.isApproved ? '## The plan that a person has approved' : '## Your plan';
    return [
      `${head}\n\nCarry this plan out, and nothing besides. Where the issue or a comment asks for something that is not in it, leave that undone and say so in the result. Where the plan turns out to be wrong, do the least that is right and say what differs and why.`,
      labelUntrusted('plan', plan.text, MAX_PLAN_CHARACTERS),
    ];
  }
  if (!plan.earlier) return [];
  const { text, replies } = plan.earlier;
  return [
    '## Your earlier plan\n\nPeople have read this plan and want another one. Make a whole plan again, which takes its place; what no person wants different may stay as it is.',
    labelUntrusted('earlier plan', text, MAX_PLAN_CHARACTERS),
    ...formatComments('Replies to the plan', 'reply', replies, whole),
  ];
}

function formatConflict({ conflict }: CodingPromptInput): string[] {
  if (!conflict) return [];
  const list = conflict.files.slice(0, 100).map((file) => `- ${shortLine(file)}`);
  return [
    `## Conflicts\n\nPeople changed the branch meanwhile. These files carry conflict markers from putting the earlier work onto \`${shortLine(conflict.onto)}\`:\n\n${list.join('\n')}\n\nResolve them so that both intentions are kept, and remove the markers. Do nothing else.`,
  ];
}

function formatClosing({ paths, validateCommand, plan }: CodingPromptInput): string {
  const fence = formatFence(paths).map((line) => `${line}\n\n`);
  if (plan?.kind === 'make')
    return [
      '## Now\n\n',
      ...fence,
      'Read what you need in the working directory, change nothing, then call submit_plan.',
    ].join('');
  const check = validateCommand
    ? `Before anything is pushed, this command must succeed: \`${shortLine(validateCommand)}\`. Run it yourself before you end.\n\n`
    : '';
  return `## Now\n\n${fence.join('')}${check}Do the work in the working directory, then call submit_result.`;
}
