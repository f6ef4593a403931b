import type { Reply } from '../../../shared/domain/review/format-reply.ts';
import type { Outcome, RunResult } from '../../../shared/domain/runs/outcome.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { withWorkspace } from '../../workspace/workspace.ts';
import { commitWork } from '../delivery/commit-work.ts';
import { deliverCommit } from '../delivery/deliver-commit.ts';
import type { WaitingNote } from '../limits/waiting-note.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import type { MergeRequestOrder } from '../run/merge-request-order.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import type { Obstacle } from './find-obstacle.ts';
import type { Thread } from './find-thread.ts';
import { openReplyTree } from './open-reply-tree.ts';
import { planReplySubject } from './plan-reply-subject.ts';
import { postReply } from './post-reply.ts';
import { type ReplySession, runReplyAgent } from './run-reply-agent.ts';

export interface Wish {
  order: MergeRequestOrder;
  thread: Thread;
  /** Where the merge request is told that the session has to wait. */
  waiting: WaitingNote;
  /** The instruction of a command; otherwise the whole note counts. */
  instruction?: string;
  /** Why nothing may be pushed. */
  obstacle: Obstacle | undefined;
}

/**
 * One session decides what a note wants and does it: an answer, a commit on the source branch, an accepted no.
 * @throws {TaskError} `branch-gone`, `rebase-conflict`, `change-refused`, `validation-failed`, `push-rejected`, ...
 */
export async function thinkAndAnswer(
  wish: Wish,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { order, thread, obstacle, instruction } = wish;
  const { runId } = context.run;
  const mayChange = obstacle === undefined;
  const workspaceDeps = { root: deps.settings.workspaceRoot, clock: deps.clock, pid: process.pid };
  return withWorkspace(workspaceDeps, async (workspace) => {
    const tree = await openReplyTree(order, { mayChange, runId }, workspace, deps, signal);
    if (!tree) throw new TaskError('branch-gone');
    await context.stage('cloned', { head: tree.headSha, mayChange });

    const asked = instruction === undefined ? {} : { instruction };
    const session: ReplySession = { order, thread, tree, workspace, mayChange, ...asked };
    if (tree.ownCommit) return post(recover(tree.ownCommit), wish, context);
    return withinMergeRequestLimits(wish, context, deps, signal, async (limited) =>
      post(await decide(session, obstacle, context, limited, signal), wish, context),
    );
  });
}

interface Decision {
  reply: Reply;
  result: Partial<RunResult>;
}

function post({ reply, result }: Decision, { thread, order }: Wish, context: RunContext): Promise<Outcome> {
  return postReply(reply, thread, order, context, result);
}

async function decide(
  session: ReplySession,
  obstacle: Obstacle | undefined,
  context: RunContext,
  deps: RunnerDeps,
  signal: AbortSignal,
): Promise<Decision> {
  const { order, tree } = session;
  const { sourceBranch: branch } = order.mergeRequest;
  await context.stage('agent-started', { mayChange: session.mayChange });
  const { result, usage } = await runReplyAgent(session, context, deps, signal);
  await context.stage('agent-finished', { ...usage, kind: result.kind });

  const { kind, text } = result;
  if (kind !== 'changed') return { reply: { kind, text }, result: { summary: text.slice(0, 500), usage } };
  if (obstacle) return { reply: { kind: obstacle, branch }, result: { usage } };

  const { runId } = context.run;
  const subject = planReplySubject(order, result);
  const work = { binding: order.binding, runId, subject, body: result.text };
  const committed = await commitWork(tree.repository, work, deps, signal);
  if (!committed) return { reply: { kind: 'unchanged', text }, result: { summary: text.slice(0, 500), usage } };
  const { sha } = await deliver(session, context, deps, signal);
  await context.stage('pushed', { sha });
  const done = { branch, commitSha: sha, summary: text.slice(0, 500), usage };
  return { reply: { kind: 'changed', text, commitSha: sha }, result: done };
}

async function deliver(session: ReplySession, context: RunContext, deps: RunnerDeps, signal: AbortSignal) {
  const { order, tree, workspace } = session;
  const request = {
    repository: tree.repository,
    workspace,
    branch: order.mergeRequest.sourceBranch,
    base: tree.headSha,
    binding: order.binding,
    async repair(conflict: { onto: string; files: string[] }) {
      await runReplyAgent({ ...session, conflict }, context, deps, signal);
    },
  };
  return deliverCommit(request, context, deps, signal);
}

/** An earlier attempt has pushed and did not live to say so: its commit knows what it did. */
function recover({ sha, text }: { sha: string; text: string }): Decision {
  return { reply: { kind: 'changed', text, commitSha: sha }, result: { commitSha: sha } };
}
