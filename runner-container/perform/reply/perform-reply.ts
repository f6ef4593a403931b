import type { Reply } from '../../../shared/domain/review/format-reply.ts';
import { readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ReplyTask } from '../../../shared/domain/runs/task.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { parseMarker } from '../../../shared/kernel/text/marker.ts';
import { createWaitingNote, endWaiting, type WaitingNote } from '../limits/waiting-note.ts';
import { performReview } from '../review/perform-review.ts';
import { type MergeRequestOrder, readMergeRequestOrder } from '../run/merge-request-order.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { findObstacle, type Obstacle } from './find-obstacle.ts';
import { findThread, type Thread } from './find-thread.ts';
import { type AnswerPlan, planAnswer } from './plan-answer.ts';
import { postReply } from './post-reply.ts';
import { thinkAndAnswer } from './think-and-answer.ts';

/**
 * Answers one note: with a sentence where a command wants no more, else with one session of the agent that answers, changes the
 * source branch or accepts a no. The answer in the thread comes last and is found again, and so is a pushed commit, so a run
 * may be killed anywhere and performed again.
 */
export async function performReply(
  task: ReplyTask,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const order = await readMergeRequestOrder(task, deps);
  const { projectId, iid } = order.mergeRequest;
  const discussions = await order.gitlab.listDiscussions(projectId, iid);
  const notes = discussions.flatMap((discussion) => discussion.notes);
  const waiting = createWaitingNote(order, notes, context.run);
  const thread = findThread(task, discussions);
  return endWaiting(waiting, deps, signal, async () => {
    if (!thread) return { kind: 'superseded', reason: 'note-gone' };
    return reply({ thread, order, waiting }, context, deps, signal);
  });
}

interface Talk {
  thread: Thread;
  order: MergeRequestOrder;
  waiting: WaitingNote;
}

async function reply(talk: Talk, context: RunContext, deps: RunnerDeps, signal: AbortSignal): Promise<Outcome> {
  const { thread, order } = talk;
  const plan = planAnswer(thread, order, deps.clock.now());
  switch (plan.kind) {
    case 'answered':
      return { kind: 'done', result: { what: 'answered', mergeRequestIid: order.mergeRequest.iid } };
    case 'skip':
      return { kind: 'superseded', reason: plan.reason };
    case 'say':
      return postReply({ kind: plan.what }, thread, order, context);
    case 'review':
      return performReview(plan.task, context, deps, signal);
    case 'command':
      return obey(plan.command, thread, order, context);
    case 'think':
      return think(plan, talk, context, deps, signal);
  }
}

async function obey(
  command: Extract<AnswerPlan, { kind: 'command' }>['command'],
  thread: Thread,
  order: MergeRequestOrder,
  context: RunContext,
): Promise<Outcome> {
  const help: Reply = { kind: 'help', username: order.self.username };
  if (command === 'help') return postReply(help, thread, order, context);
  if ((await findObstacle(order, thread.note.author)) === 'no-permission')
    return refuse('no-permission', thread, order, context);
  if (command === 'pause') return postReply({ kind: 'paused' }, thread, order, context);
  if (command === 'resume') return postReply({ kind: 'resumed' }, thread, order, context);
  // There is something to ignore only where the agent has found something.
  const isFinding = readThreads([thread.discussion], order.self.id).length > 0;
  return postReply(isFinding ? { kind: 'ignored' } : help, thread, order, context);
}

/** A command that cannot be followed is answered at once; a question is worth a look whoever asks it. */
async function think(
  { instruction, isCommand }: Extract<AnswerPlan, { kind: 'think' }>,
  talk: Talk,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { thread, order } = talk;
  const obstacle = await findObstacle(order, thread.note.author);
  if (isCommand && obstacle && obstacle !== 'fork') return refuse(obstacle, thread, order, context);
  const wish = { ...talk, obstacle, ...(instruction === undefined ? {} : { instruction }) };
  try {
    return await thinkAndAnswer(wish, context, deps, signal);
  } catch (error) {
    const refusal = error instanceof TaskError ? REFUSALS[error.code] : undefined;
    if (!refusal) throw error;
    return postReply({ kind: refusal, branch: order.mergeRequest.sourceBranch }, thread, order, context);
  }
}

/** What can happen to a branch while the agent works has sentences of its own. */
const REFUSALS: Partial<Record<TaskError['code'], 'branch-deleted' | 'branch-moved'>> = {
  'branch-gone': 'branch-deleted',
  'rebase-conflict': 'branch-moved',
};

/** A person without permission is told once in a thread. */
async function refuse(
  obstacle: Obstacle,
  thread: Thread,
  order: MergeRequestOrder,
  context: RunContext,
): Promise<Outcome> {
  const notified = thread.discussion.notes.some(
    ({ author, body }) => author.id === order.self.id && parseMarker(body)?.purpose === 'no-permission',
  );
  if (obstacle === 'no-permission' && notified) return { kind: 'superseded', reason: 'no-permission' };
  return postReply({ kind: obstacle, branch: order.mergeRequest.sourceBranch }, thread, order, context);
}
