import type { Reply } from '../../../shared/domain/review/format-reply.ts';
import type { Outcome, RunResult } from '../../../shared/domain/runs/outcome.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { fitWords } from '../../../shared/kernel/text/fit-words.ts';
import { withWorkspace } from '../../workspace/workspace.ts';
import { commitWork } from '../delivery/commit-work.ts';
import { deliverCommit } from '../delivery/deliver-commit.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import type { Obstacle } from './find-obstacle.ts';
import { openReplyTree } from './open-reply-tree.ts';
import { planReplySubject } from './plan-reply-subject.ts';
import { postReply } from './post-reply.ts';
import type { ReplyRequest } from './reply-request.ts';
import { type ReplySession, runReplyAgent } from './run-reply-agent.ts';

export interface SessionRequest extends ReplyRequest {
  /** The instruction of a command; otherwise the whole note counts. */
  instruction?: string;
  /** Why nothing may be pushed. */
  obstacle: Obstacle | undefined;
}

/**
 * One session decides what a note asks for and does it: an answer, a commit on the source branch, an accepted no.
 * @throws {TaskError} `branch-gone`, `rebase-conflict`, `change-refused`, `validation-failed`, `push-rejected`, ...
 */
export async function runSession(request: SessionRequest, signal: AbortSignal): Promise<Outcome> {
  const { thread, obstacle, instruction, context, deps } = request;
  const mayChange = obstacle === undefined;
  const workspaceDeps = { root: deps.settings.workspaceRoot, clock: deps.clock, pid: process.pid };
  return withWorkspace(workspaceDeps, async (workspace) => {
    const tree = await openReplyTree(request, { mayChange }, workspace, signal);
    if (!tree) throw new TaskError('branch-gone');
    await context.stage('cloned', { head: tree.headSha, mayChange });

    if (tree.ownCommit) return post(request, recover(tree.ownCommit));
    return withinMergeRequestLimits(request, signal, async (run) => {
      const asked = instruction === undefined ? {} : { instruction };
      const session: ReplySession = { run, thread, tree, workspace, mayChange, ...asked };
      return post(request, await decide(session, obstacle, signal));
    });
  });
}

interface Decision {
  reply: Reply;
  result: Partial<RunResult>;
}

function post(request: SessionRequest, { reply, result }: Decision): Promise<Outcome> {
  return postReply(request, reply, result);
}

async function decide(session: ReplySession, obstacle: Obstacle | undefined, signal: AbortSignal): Promise<Decision> {
  const { run, tree } = session;
  const { binding, context, deps } = run;
  const { sourceBranch: branch } = run.mergeRequest;
  await context.stage('agent-started', { mayChange: session.mayChange });
  const { result, usage } = await runReplyAgent(session, signal);
  await context.stage('agent-finished', { ...usage, kind: result.kind });

  const { kind, text } = result;
  if (kind !== 'changed') return { reply: { kind, text }, result: { summary: fitWords(text, 500), usage } };
  if (obstacle) return { reply: { kind: obstacle, branch }, result: { usage } };

  const subject = planReplySubject(run, result);
  const work = { binding, runId: context.run.runId, subject, body: result.text };
  const committed = await commitWork(tree.repository, work, deps, signal);
  if (!committed) return { reply: { kind: 'unchanged', text }, result: { summary: fitWords(text, 500), usage } };
  const { sha } = await deliver(session, signal);
  await context.stage('pushed', { sha });
  const done = { branch, commitSha: sha, summary: fitWords(text, 500), usage };
  return { reply: { kind: 'changed', text, commitSha: sha }, result: done };
}

async function deliver(session: ReplySession, signal: AbortSignal) {
  const { run, tree, workspace } = session;
  const request = {
    context: run.context,
    deps: run.deps,
    repository: tree.repository,
    workspace,
    branch: run.mergeRequest.sourceBranch,
    base: tree.headSha,
    binding: run.binding,
    async repair(conflict: { onto: string; files: string[] }) {
      await runReplyAgent({ ...session, conflict }, signal);
    },
  };
  return deliverCommit(request, signal);
}

/** An earlier attempt has pushed and did not live to say so: its commit knows what it did. */
function recover({ sha, text }: { sha: string; text: string }): Decision {
  return { reply: { kind: 'changed', text, commitSha: sha }, result: { commitSha: sha } };
}
