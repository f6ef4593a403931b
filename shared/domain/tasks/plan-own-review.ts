import { DAY, MINUTE } from '../../kernel/clock.ts';
import type { ReviewRules } from '../mapping/binding.ts';
import { isAtLeast } from '../mapping/severity.ts';
import type { Discussion, MergeRequest, Note } from '../ports/gitlab.ts';
import { isBotUser } from '../review/is-bot-user.ts';
import { type FindingThread, readThreads } from '../review/read-threads.ts';
import { isBudgetWait, type WaitReason } from '../runs/outcome.ts';
import type { OwnReviewEnd } from '../runs/own-review-end.ts';
import { isFinal, type Run } from '../runs/run.ts';

export type OwnReviewStep =
  /** The merge request is open no more. */
  | { action: 'drop' }
  | { action: 'wait' }
  /** The agent is to mend what was found. */
  | { action: 'fix'; findings: number }
  /** `findings` are those that are open; `round` is the run that has mended some, or tried to. */
  | { action: 'ask'; why: OwnReviewEnd; findings: number; round?: Run };

/** A merge request of the agent, the runs of its ticket and of itself, newest first, and what is said there. */
export interface OwnReviewFacts {
  now: number;
  mergeRequest: Pick<MergeRequest, 'iid' | 'headSha' | 'state' | 'webUrl'>;
  review: Pick<ReviewRules, 'enabled' | 'fixOwnFindings' | 'minSeverity' | 'bots'>;
  /** The agent's own account. */
  selfId: number;
  ofTicket: readonly Run[];
  ofMergeRequest: readonly Run[];
  /** When runs that cannot be read were created. */
  unreadable?: readonly number[];
  discussions: readonly Discussion[];
}

/** A review that has not begun so long after the push is skipped by a rule, or its event was lost for good. */
const REVIEW_BEGINS_WITHIN_MS = 30 * MINUTE;
/** A run that cannot be read is taken to be at work for so long. */
const UNREADABLE_MAY_WORK_MS = DAY;

/**
 * What comes next before people are asked to look at a merge request of the agent: its review, one round of the agent
 * about what that finds, the review of that. People who push or speak meanwhile end it, and so does what would keep
 * them waiting: a budget that is used up, a review that does not come.
 */
export function planOwnReview(facts: OwnReviewFacts): OwnReviewStep {
  const { mergeRequest, review, ofTicket, ofMergeRequest } = facts;
  if (mergeRequest.state !== 'opened') return { action: 'drop' };
  const threads = listOpenFindings(facts);
  const ask = (why: OwnReviewEnd, round?: Run): OwnReviewStep => ({
    action: 'ask',
    why,
    findings: threads.length,
    ...(round ? { round } : {}),
  });
  if (!review.enabled || !review.fixOwnFindings) return ask('off');
  const open = [...ofTicket, ...ofMergeRequest].filter(isUnderWay);
  if (open.some(waitsForBudget)) return ask('budget');
  if (open.length > 0 || mayBeAtWork(facts)) return { action: 'wait' };

  const delivery = findDelivery(ofTicket, mergeRequest);
  if (!delivery) return ask('work-unknown');
  const round = findRound(delivery, facts);
  const obstacle = findPersonAtWork(delivery, facts);
  if (obstacle) return ask(obstacle, round);
  const looked = findReview(facts);
  if (!looked) return isReviewDue(facts) ? { action: 'wait' } : ask('not-reviewed', round);
  if (looked.state !== 'done') return ask('not-reviewed', round);
  if (threads.length === 0) return ask(round?.result?.commitSha === undefined ? 'nothing-found' : 'fixed', round);
  const findings = threads.filter(isMendable).length;
  if (round?.state === 'superseded' && round.detail === 'budget') return ask('budget', round);
  return round || findings === 0 ? ask('left', round) : { action: 'fix', findings };
}

/** Why the agent does not mend what its review has found; `undefined` where it does. */
export function findFixObstacle(
  facts: OwnReviewFacts,
): OwnReviewEnd | 'closed' | 'no-findings' | 'fixed-before' | undefined {
  const { mergeRequest, review, ofTicket } = facts;
  if (mergeRequest.state !== 'opened') return 'closed';
  if (!review.enabled || !review.fixOwnFindings) return 'off';
  const delivery = findDelivery(ofTicket, mergeRequest);
  if (!delivery) return 'work-unknown';
  if (findRound(delivery, facts)) return 'fixed-before';
  return findPersonAtWork(delivery, facts) ?? (listMendableFindings(facts).length === 0 ? 'no-findings' : undefined);
}

/** The agent's open threads of at least the floor of the binding in which no other has spoken: those are people's. */
export function listMendableFindings(facts: Pick<OwnReviewFacts, 'discussions' | 'selfId' | 'review'>) {
  return listOpenFindings(facts).filter(isMendable);
}

function isMendable({ othersSpoke }: FindingThread): boolean {
  return !othersSpoke;
}

function listOpenFindings({
  discussions,
  selfId,
  review,
}: Pick<OwnReviewFacts, 'discussions' | 'selfId' | 'review'>): FindingThread[] {
  return readThreads(discussions, selfId).filter(
    ({ state, resolvable, severity = 'blocker' }) =>
      state === 'open' && resolvable && isAtLeast(severity, review.minSeverity),
  );
}

/** Whether a run of a ticket is one whose change may still come. */
export function isTicketAtWork({ task, state }: Pick<Run, 'task' | 'state'>): boolean {
  return task.kind === 'coding' && !isFinal(state);
}

/** These hold no runner and nothing up: a pipeline may take hours, and so may what waits for one. */
const LONG_WAITS: readonly WaitReason[] = ['pipeline', 'run-of-ticket', 'review'];

function isUnderWay({ state, parkedReason, task }: Run): boolean {
  if (isFinal(state)) return false;
  const waits = state === 'parked' && LONG_WAITS.some((reason) => reason === parkedReason);
  // The round itself waits for the run of the ticket that it belongs to.
  return !waits || (task.kind === 'update' && task.cause.kind === 'findings');
}

/** Whether a run waits until there is budget for it, which may take as long as a month. */
export function waitsForBudget({ state, parkedReason }: Pick<Run, 'state' | 'parkedReason'>): boolean {
  return state === 'parked' && isBudgetWait(parkedReason);
}

function mayBeAtWork({ unreadable = [], now }: OwnReviewFacts): boolean {
  return unreadable.some((createdAt) => createdAt > now - UNREADABLE_MAY_WORK_MS);
}

/** The newest run of the ticket that has changed the merge request. */
function findDelivery(
  ofTicket: readonly Run[],
  { iid, webUrl }: Pick<MergeRequest, 'iid' | 'webUrl'>,
): Run | undefined {
  return ofTicket.find(
    ({ task, state, result }) =>
      task.kind === 'coding' &&
      state === 'done' &&
      result?.mergeRequestIid === iid &&
      // A run of another route may have opened one of this number elsewhere.
      (result.mergeRequestUrl ?? webUrl) === webUrl,
  );
}

/**
 * The one round that belongs to a delivery: it has had a session, or has ended at this very head. What gave way before
 * a session to a newer head has mended nothing.
 */
function findRound({ createdAt }: Run, { ofMergeRequest, mergeRequest }: OwnReviewFacts): Run | undefined {
  return ofMergeRequest.find(
    (run) =>
      run.task.kind === 'update' &&
      run.task.cause.kind === 'findings' &&
      isFinal(run.state) &&
      run.createdAt >= createdAt &&
      (run.state === 'done' || run.facts?.usage !== undefined || run.task.headSha === mergeRequest.headSha),
  );
}

function findPersonAtWork(
  { createdAt }: Run,
  { ofTicket, ofMergeRequest, mergeRequest, discussions, selfId, review }: OwnReviewFacts,
): Extract<OwnReviewEnd, 'head-of-a-person' | 'person-spoke'> | undefined {
  const ours = [...ofTicket, ...ofMergeRequest].some(({ result }) => result?.commitSha === mergeRequest.headSha);
  if (!ours) return 'head-of-a-person';
  const isPerson = ({ author, system }: Note) =>
    !system && author.id !== selfId && !isBotUser(author, review.bots.authors);
  const spoke = discussions.flatMap(({ notes }) => notes).some((note) => isPerson(note) && note.createdAt > createdAt);
  return spoke ? 'person-spoke' : undefined;
}

/** The newest review of this head. */
function findReview({ ofMergeRequest, mergeRequest }: OwnReviewFacts): Run | undefined {
  return ofMergeRequest.find(
    ({ task, facts }) => task.kind === 'review' && (facts?.baseSha ?? task.headSha) === mergeRequest.headSha,
  );
}

function isReviewDue({ now, ofTicket, ofMergeRequest, mergeRequest }: OwnReviewFacts): boolean {
  const pushed = [...ofTicket, ...ofMergeRequest].find(({ result }) => result?.commitSha === mergeRequest.headSha);
  return pushed !== undefined && now <= pushed.updatedAt + REVIEW_BEGINS_WITHIN_MS;
}
