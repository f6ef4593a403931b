import { isAtLeast, type Severity } from '../mapping/severity.ts';
import type { CommitStatus } from '../ports/gitlab.ts';
import type { FindingThread } from './read-threads.ts';
import { countSeverities } from './severity-names.ts';

/** The name of the commit status, which people may require in GitLab. */
export const REVIEW_STATUS = 'cmap/review';

export type ReviewStatus = Pick<CommitStatus, 'state' | 'description' | 'targetUrl'>;

export interface ReviewStatusInput {
  /** The agent's own findings as they stand after the review. */
  threads: readonly FindingThread[];
  headSha: string;
  minSeverity: Severity;
  /** Severities of findings above the cap, which have no thread. */
  overflow: readonly Severity[];
  /** Findings of this review that could not be read, so that no thread shows them. */
  unreadable?: number;
  /** Files that should have been read and were not. */
  missed?: number;
}

export const REVIEW_RUNNING: ReviewStatus = { state: 'running', description: 'The agent reviews this commit.' };

/**
 * How a finished review stands: failed as long as a finding of at least the floor is open, one cannot be read or files
 * were missed: a large change in front of it must not let the rest pass.
 */
export function planReviewStatus(input: ReviewStatusInput): ReviewStatus {
  const { threads, headSha, minSeverity, overflow, unreadable = 0, missed = 0 } = input;
  const counts = (severity: Severity) => isAtLeast(severity, minSeverity);
  // A plain note, as earlier versions wrote them, cannot be resolved: it counts at the head it was made at only, and
  // `planNotes` makes a thread of it when its problem is still there.
  const open = threads.filter((thread) => thread.state === 'open' && (thread.resolvable || thread.headSha === headSha));
  // Of an unknown severity is what an earlier version wrote; it may be serious.
  const severities = [...open.map(({ severity = 'blocker' }) => severity), ...overflow].filter(counts);
  const lost = [
    ...(unreadable === 0 ? [] : [`${countFindings(unreadable)} could not be read.`]),
    ...(missed === 0 ? [] : [`${missed === 1 ? '1 file was' : `${missed} files were`} not looked at.`]),
  ];
  if (severities.length === 0) {
    const next = missed > 0 ? 'The summary names them.' : 'Write /copilot review.';
    if (lost.length > 0) return { state: 'failed', description: [...lost, next].join(' ') };
    const floor = minSeverity === 'nit' ? '' : ` of at least ${minSeverity}`;
    return { state: 'success', description: `No open finding${floor}.` };
  }
  const amount = `${countFindings(severities.length, 'open ')}: ${countSeverities(severities)}.`;
  const next = 'Resolve the threads, then write /copilot review.';
  return { state: 'failed', description: [amount, ...lost, next].join(' ') };
}

function countFindings(count: number, kind = ''): string {
  return count === 1 ? `1 ${kind}finding` : `${count} ${kind}findings`;
}

/** How a review that is not wanted any more ends; `reason` is a skip reason. */
export function describeCanceled(reason: string): ReviewStatus {
  return { state: 'canceled', description: CANCELED[reason] ?? `The review is not wanted any more: ${reason}.` };
}

const CANCELED: Record<string, string> = {
  'newer-head': 'A newer commit is reviewed instead.',
  closed: 'The merge request is not open any more.',
  'too-large': 'The merge request is too large to be reviewed; a note on it says what to do.',
  'bot-author': 'Merge requests of bots are not reviewed here.',
  'dependency-update': 'Dependency updates are not reviewed here.',
  'bot-reviewed-often': 'It was reviewed often enough today; a person can ask by `/copilot review`.',
  'try-again': 'The review was interrupted and is tried again.',
};
