import { hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import type { Reply } from '../../../shared/domain/review/format-reply.ts';
import { readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ReplyTask } from '../../../shared/domain/runs/task.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { parseMarker } from '../../../shared/kernel/text/marker.ts';
import { createWaitingNote, endWaiting } from '../limits/waiting-note.ts';
import { performReview } from '../review/perform-review.ts';
import type { ActiveRun } from '../run/active-run.ts';
import { readMergeRequestRun } from '../run/merge-request-run.ts';
import { answerAllow } from './answer-allow.ts';
import { findObstacle, type Obstacle } from './find-obstacle.ts';
import { findThread } from './find-thread.ts';
import { type AnswerPlan, planAnswer } from './plan-answer.ts';
import { postReply } from './post-reply.ts';
import { rebase } from './rebase.ts';
import type { ReplyRequest } from './reply-request.ts';
import { runSession } from './run-session.ts';

/**
 * Answers one note: with a sentence where a command wants no more, else with one session of the agent that answers,
 * changes the source branch or accepts a no. The answer in the thread comes last and is found again, and so is a pushed
 * commit, so a run may be killed anywhere and performed again.
 */
export async function performReply(active: ActiveRun<ReplyTask>, signal: AbortSignal): Promise<Outcome> {
  const run = await readMergeRequestRun(active);
  // Admitted before the binding was put in shadow.
  if (run.binding.mode !== 'live') return { kind: 'superseded', reason: 'shadow' };
  const { gitlab, task, context, deps } = run;
  const { projectId, iid } = run.mergeRequest;
  const discussions = await gitlab.listDiscussions(projectId, iid);
  const notes = discussions.flatMap((discussion) => discussion.notes);
  const waiting = createWaitingNote(run, notes, context.run);
  const thread = findThread(task, discussions);
  return endWaiting(waiting, deps, signal, async () => {
    if (!thread) return { kind: 'superseded', reason: 'note-gone' };
    return reply({ ...run, thread, waiting }, signal);
  });
}

async function reply(request: ReplyRequest, signal: AbortSignal): Promise<Outcome> {
  const plan = planAnswer(request.thread, request, request.deps.clock.now());
  switch (plan.kind) {
    case 'answered':
      return { kind: 'done', result: { what: 'answered', mergeRequestIid: request.mergeRequest.iid } };
    case 'skip':
      return { kind: 'superseded', reason: plan.reason };
    case 'fixed-reply':
      return postReply(request, { kind: plan.what });
    case 'review':
      return performReview({ task: plan.task, context: request.context, deps: request.deps }, signal);
    case 'command':
      return executeCommand(request, plan.command);
    case 'rebase':
      return answerRebase(request, signal);
    case 'allow': {
      const session = { kind: 'session', instruction: plan.instruction, isCommand: true } as const;
      return (await answerAllow(request, plan.paths, signal)) ?? answerWithSession(request, session, signal);
    }
    case 'session':
      return answerWithSession(request, plan, signal);
  }
}

async function executeCommand(
  request: ReplyRequest,
  command: Extract<AnswerPlan, { kind: 'command' }>['command'],
): Promise<Outcome> {
  const { thread, self, binding } = request;
  const canRebase = binding.mergeTarget === 'on';
  const help: Reply = {
    kind: 'help',
    username: self.username,
    ...(canRebase ? { canRebase } : {}),
    ...(hasJiraProject(binding) ? {} : { reviewsOnly: true }),
  };
  if (command === 'help') return postReply(request, help);
  if ((await findObstacle(request, thread.note.author)) === 'no-permission') return refuse(request, 'no-permission');
  if (command === 'pause') return postReply(request, { kind: 'paused' });
  if (command === 'resume') return postReply(request, { kind: 'resumed' });
  // There is something to ignore only where the agent has found something.
  const isFinding = readThreads([thread.discussion], self.id).length > 0;
  return postReply(request, isFinding ? { kind: 'ignored' } : help);
}

/** The target branch is merged for a person who may push to the source branch, and never into a fork. */
async function answerRebase(request: ReplyRequest, signal: AbortSignal): Promise<Outcome> {
  const obstacle = await findObstacle(request, request.thread.note.author);
  if (obstacle) return refuse(request, obstacle);
  return orBranchRefusal(request, signal, () => rebase(request, signal));
}

/**
 * A command that cannot be followed is answered at once; a question of any person gets a session that may only read.
 */
async function answerWithSession(
  request: ReplyRequest,
  { instruction, isCommand }: Extract<AnswerPlan, { kind: 'session' }>,
  signal: AbortSignal,
): Promise<Outcome> {
  const obstacle = await findObstacle(request, request.thread.note.author);
  if (isCommand && obstacle && !MAY_BE_ANSWERED.has(obstacle)) return refuse(request, obstacle);
  const asked = instruction === undefined ? {} : { instruction };
  return orBranchRefusal(request, signal, () => runSession({ ...request, obstacle, ...asked }, signal));
}

/** A command may be a question, and the session says what it would change. */
const MAY_BE_ANSWERED: ReadonlySet<Obstacle> = new Set(['fork', 'reviews-only']);

async function orBranchRefusal(
  request: ReplyRequest,
  signal: AbortSignal,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const refusal = error instanceof TaskError ? REFUSALS[error.code] : undefined;
    if (!refusal || signal.aborted) throw error;
    return postReply(request, { kind: refusal, branch: request.mergeRequest.sourceBranch });
  }
}

/** What can happen to a branch while the agent works has sentences of its own. */
const REFUSALS: Partial<Record<TaskError['code'], 'branch-deleted' | 'branch-moved'>> = {
  'branch-gone': 'branch-deleted',
  'rebase-conflict': 'branch-moved',
};

/** A person without permission is answered once in a thread. */
async function refuse(request: ReplyRequest, obstacle: Obstacle): Promise<Outcome> {
  const notified = request.thread.discussion.notes.some(
    ({ author, body }) => author.id === request.self.id && parseMarker(body)?.purpose === 'no-permission',
  );
  if (obstacle === 'no-permission' && notified) return { kind: 'superseded', reason: 'no-permission' };
  return postReply(request, { kind: obstacle, branch: request.mergeRequest.sourceBranch });
}
