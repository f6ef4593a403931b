import type { Criteria } from '../criteria/criterion.ts';
import { withoutCriteriaSection } from '../messages/format-criteria.ts';
import type { ReviewRange } from '../review/plan-review-range.ts';
import type { FindingThread } from '../review/read-threads.ts';
import type { ReviewedFile } from '../review/reviewed-file.ts';
import { formatCriteriaTask } from './criteria-task.ts';
import { describeThreadPlace } from './describe-thread-place.ts';
import { formatAttachments, type PromptAttachments } from './format-attachments.ts';
import type { FormattedConversation } from './format-conversation.ts';
import { labelUntrusted } from './label-untrusted.ts';
import { describeFile, formatPart, type PromptPart } from './review-part.ts';

export interface ReviewPromptInput {
  mergeRequest: { title: string; description: string; sourceBranch: string; targetBranch: string };
  /** Oldest first, only those of the range. */
  commitMessages: readonly string[];
  range: Exclude<ReviewRange, { kind: 'nothing' }>;
  headSha: string;
  files: readonly ReviewedFile[];
  /** Where the change is too large to be read at once: which part of it `files` are. */
  part?: PromptPart;
  /** The agent's own findings; open ones are to be judged, settled and dismissed ones never to be raised again. */
  threads: readonly FindingThread[];
  /** What others said, when they did. */
  conversation?: FormattedConversation;
  /** What the ticket asks for, when the merge request belongs to one. */
  ticket?: string;
  /** Blocks with the other fields of the ticket, from `formatTicketFields`. */
  ticketFields?: readonly string[];
  /** What is attached to it, where it has anything. */
  attachments?: PromptAttachments;
  /** What the ticket says the work has to fulfil. */
  criteria?: Criteria;
  /** A bot proposes new versions of dependencies; `files` has no lock files. */
  isDependencyUpdate?: boolean;
}

/**
 * What is to be reviewed. Diffs are in files and no line of them is cut; everything people wrote is labelled as
 * untrusted.
 */
export function buildReviewPrompt(input: ReviewPromptInput): string {
  const { mergeRequest, commitMessages } = input;
  // What cannot be resolved has no verdict; found again it becomes a thread.
  const open = input.threads.filter((thread) => thread.state === 'open' && thread.resolvable);
  const suppressed = input.threads.filter((thread) => thread.state === 'settled' || thread.state === 'dismissed');
  const parts = [
    '# Merge request',
    labelUntrusted('title', mergeRequest.title, 500),
    labelUntrusted(
      'description',
      withoutCriteriaSection(mergeRequest.description),
      input.isDependencyUpdate ? UPDATE_DESCRIPTION : 5000,
    ),
    labelUntrusted('branches', `${mergeRequest.sourceBranch} -> ${mergeRequest.targetBranch}`, 500),
    commitMessages.length > 0 &&
      labelUntrusted('commit messages', commitMessages.map((text) => text.trim()).join('\n\n'), 4000),
    input.ticket && labelUntrusted('ticket', input.ticket, 5000),
    ...(input.ticketFields ?? []),
    ...formatAttachments(input.attachments, '#'),
    ...(input.criteria ? formatCriteriaTask(input.criteria, { heading: '#', tool: 'submit_review' }) : []),
    `# What to review\n\n${describeRange(input.range, input.headSha)}`,
    input.isDependencyUpdate && DEPENDENCY_UPDATE,
    ...(input.part ? formatPart(input.part) : []),
    formatFiles(input.files, input.part ? ' of this part' : ''),
    open.length > 0 && formatOpen(open, input.headSha),
    suppressed.length > 0 && formatSuppressed(suppressed),
    input.conversation?.prompt,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** Bots copy release notes into it, which are text of strangers by the page. */
const UPDATE_DESCRIPTION = 1500;

const DEPENDENCY_UPDATE = `This is an update of dependencies by a bot. Lock files are not among the files, and release notes were not fetched: do not
guess what a version changes. Look at whether the files change what the title says and nothing else, whether names and
sources of packages are the usual ones, whether a new major version is used by code that has to change with it, and
whether scripts, registries or CI jobs came along. Where nothing is wrong say so in one sentence; report no finding for a
version that could be newer.`;

function describeRange(range: ReviewPromptInput['range'], headSha: string): string {
  if (range.kind === 'incremental') {
    return `Review only the new changes, from ${range.from} to ${headSha}. What was there before has been reviewed; mention it only where the new changes break it.`;
  }
  if (range.because === 'rewritten') {
    return `Review the whole change up to ${headSha}. The branch was rewritten since the last review, so line numbers of earlier findings may have moved.`;
  }
  return `Review the whole change up to ${headSha}.`;
}

function formatFiles(files: readonly ReviewedFile[], ofPart: string): string {
  const list = files.map((file) => `${describeFile(file)}: ${file.diffFile}`);
  const intro = `${files.length === 1 ? '1 file' : `${files.length} files`}${ofPart} changed. After each colon stands the file that holds its diff; read all of them.`;
  return `${intro}\n\n${labelUntrusted('changed files', list.join('\n'), 200_000)}`;
}

function formatOpen(threads: FindingThread[], headSha: string): string {
  const items = threads.map((thread) => {
    const moved = thread.headSha !== undefined && thread.headSha !== headSha ? ', the line may have moved' : '';
    return `## Thread ${thread.discussionId} at ${describeThreadPlace(thread)}${moved}\n\n${labelUntrusted('finding', thread.text, 2000)}`;
  });
  return `# Your earlier findings that are still open\n\nGive each a verdict in resolvedThreads, and do not report them again as findings.\n\n${items.join('\n\n')}`;
}

function formatSuppressed(threads: FindingThread[]): string {
  const items = threads.map(
    (thread) => `## At ${describeThreadPlace(thread)}\n\n${labelUntrusted('finding', thread.text, 500)}`,
  );
  return `# Settled by people\n\nA person resolved or declined these. Never raise them again, in any wording.\n\n${items.join('\n\n')}`;
}
