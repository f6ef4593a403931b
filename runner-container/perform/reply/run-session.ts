import type { Reply } from '../../../shared/domain/review/format-reply.ts';
import type { Outcome, RunResult } from '../../../shared/domain/runs/outcome.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { fitWords } from '../../../shared/kernel/text/fit-words.ts';
import type { Commit } from '../../git/list-commits.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RefusedSession } from '../coding/keep-refused.ts';
import { checkCommit, toCheckedFields } from '../delivery/check-commit.ts';
import { commitWork } from '../delivery/commit-work.ts';
import { type DeliveryState, deliverCommit } from '../delivery/deliver-commit.ts';
import type { WorkRequest } from '../delivery/deliver-work.ts';
import { readVariables } from '../delivery/read-variables.ts';
import { repairOnce } from '../delivery/repair-once.ts';
import { withinMergeRequestLimits } from '../limits/within-merge-request-limits.ts';
import { findIssueKey } from '../run/find-issue-key.ts';
import { holdToPaths } from '../run/hold-to-paths.ts';
import { withRunWorkspace } from '../run/with-run-workspace.ts';
import type { Obstacle } from './find-obstacle.ts';
import { keepRefusedReply } from './keep-refused-reply.ts';
import { openReplyTree, type ReplyTree } from './open-reply-tree.ts';
import { postReply } from './post-reply.ts';
import { readTicket } from './read-ticket.ts';
import type { ReplyRequest } from './reply-request.ts';
import { type ReplySession, runReplyAgent } from './run-reply-agent.ts';
import { summariseReply } from './summarise-reply.ts';
import { toReply } from './to-reply.ts';

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
export async function runSession(given: SessionRequest, signal: AbortSignal): Promise<Outcome> {
  const request = await holdToPaths(given);
  const { thread, obstacle, instruction, context, deps } = request;
  const mayChange = obstacle === undefined;
  return withRunWorkspace(deps, async (workspace) => {
    const tree = await openReplyTree(request, { mayChange }, workspace, signal);
    if (!tree) throw new TaskError('branch-gone');
    context.note({ baseSha: tree.headSha });
    await context.stage('cloned', { head: tree.headSha, mayChange });

    const { ownCommit } = tree;
    if (ownCommit) return post(request, await recover(request, { ...tree, ownCommit, workspace }, signal));
    if (mayChange) await readVariables(request.binding, deps);
    return withinMergeRequestLimits(request, signal, async (run) => {
      const ticket = await readTicket({ ...run, obstacle }, signal);
      const asked = { ...(instruction === undefined ? {} : { instruction }), ...(ticket ? { ticket } : {}) };
      const session: ReplySession = { run, thread, tree, workspace, mayChange, ...asked };
      const decision = await decide(session, obstacle, signal);
      signal.throwIfAborted();
      return post(request, decision);
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
  if (kind !== 'changed') {
    const reply = toReply({ kind, text }, { ...run, thread: session.thread, obstacle });
    return { reply, result: { summary: fitWords(text, 500), usage } };
  }
  if (obstacle) return { reply: { kind: obstacle, branch }, result: { usage } };

  const { runId } = context.run;
  const work = { binding, runId, issueKey: findIssueKey(run), summary: summariseReply(result), body: text };
  const state: DeliveryState = { base: tree.headSha, objects: new Set<string>() };
  const keeping = <T>(step: () => Promise<T>) =>
    orKept(step, session, { state, describe: () => work, result: { summary: text, tests: [] } }, signal);
  const committed = await keeping(() => commitWork(tree.repository, work, deps, signal));
  state.commit = committed.sha;
  const say = (lines: readonly string[]) => [text, ...lines.map((line) => `- ${line}`)].join('\n\n');
  const summary = fitWords(text, 500);
  const unchanged = (lines: readonly string[]): Decision => ({
    reply: { kind: 'unchanged', text: say(lines) },
    result: { summary, usage },
  });
  const { leftOut } = committed;
  if (!committed.sha) return unchanged(leftOut);
  const delivery = await keeping(() => deliver(session, state, signal));
  if (delivery.kind === 'nothing') return unchanged([...leftOut, delivery.why]);
  const { sha } = delivery;
  await context.stage('pushed', { sha });
  const done = { branch, commitSha: sha, summary, usage };
  return { reply: { kind: 'changed', text: say(leftOut), commitSha: sha }, result: done };
}

/** What is refused is kept before the run ends with it. */
async function orKept<T>(
  step: () => Promise<T>,
  { run, tree }: ReplySession,
  { result, ...work }: Pick<WorkRequest, 'state' | 'describe'> & { result: RefusedSession['result'] },
  signal: AbortSignal,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const { repository, targetSha } = tree;
    const request = { repository, targetSha, binding: run.binding, deps: run.deps, ...work };
    throw await keepRefusedReply(run, { request, result }, error, signal);
  }
}

async function deliver(session: ReplySession, state: DeliveryState, signal: AbortSignal) {
  const { run, tree, workspace } = session;
  const request = {
    context: run.context,
    deps: run.deps,
    repository: tree.repository,
    targetSha: tree.targetSha,
    workspace,
    branch: run.mergeRequest.sourceBranch,
    state,
    binding: run.binding,
    repair: repairOnce((conflict) => runReplyAgent({ ...session, conflict }, signal)),
  };
  return deliverCommit(request, signal);
}

/**
 * An earlier attempt has pushed and did not live to say so: its commit knows what it did, and passes the gate like any
 * other.
 */
async function recover(
  { context, deps, binding }: SessionRequest,
  { repository, targetSha, workspace, ownCommit }: ReplyTree & { workspace: Workspace; ownCommit: Commit },
  signal: AbortSignal,
): Promise<Decision> {
  const { sha, subject, body } = ownCommit;
  const request = { deps, repository, workspace, binding, targetSha };
  const checked = await checkCommit(request, { from: `${sha}^`, to: sha }, signal);
  await context.stage('checked', toCheckedFields(checked));
  return { reply: { kind: 'changed', text: body || subject, commitSha: sha }, result: { commitSha: sha } };
}
