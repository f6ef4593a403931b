import type { AllowRefusal } from '../../../shared/domain/runs/allow-refusal.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { CodingTask } from '../../../shared/domain/runs/task.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import { findReadableAt, findWaitingRefusals, judgeAllow } from '../../../shared/domain/tasks/judge-allow.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import { toRequester } from '../../../shared/domain/tasks/to-requester.ts';
import { findMaintainer } from '../refused/find-maintainer.ts';
import { postReply } from './post-reply.ts';
import type { ReplyRequest } from './reply-request.ts';

/**
 * Answers a note that is to let refused files of a ticket's rework pass: with why it lets none, or with the run in
 * which they pass, which judges the note once more. `undefined` where the words are work to be done.
 * @throws {TaskError} `gitlab-*`, `jira-*`, `storage-*`
 */
export async function answerAllow(
  request: ReplyRequest,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const { binding, gitlab, thread, mergeRequest, deps } = request;
  const { note } = thread;
  const refuse = (refusal: AllowRefusal) => postReply(request, { kind: 'allow-refused', refusal });
  const found = await findRefused(request);
  const told = found && { work: found.work, toldAt: findReadableAt(found.run), earlier: found.earlier };
  // Our own notes, those of bots and internal ones get no answer at all.
  const said = { paths, isByPerson: true, isEdited: false, createdAt: note.createdAt };
  const judged = judgeAllow(said, told, binding);
  if (judged.kind === 'none') return undefined;
  if (judged.kind === 'refused') return refuse(judged.refusal);
  // As for a comment on the ticket.
  if (found && (await isDone(found.task.issueKey, request, signal))) return refuse({ reason: 'allow-issue-done' });
  const speaker = { service: 'gitlab', user: note.author } as const;
  const maintainer = await findMaintainer(speaker, { gitlab, projectId: mergeRequest.projectId });
  if ('refusal' in maintainer) return refuse(maintainer.refusal);
  if (!found || !deps.admit) throw new Error('Nothing is admitted here');
  const { runId } = await deps.admit(toTask(found.task, request));
  return postReply(request, { kind: 'allowed', issueKey: found.task.issueKey, runId, files: judged.files });
}

async function isDone(issueKey: string, { deps }: ReplyRequest, signal: AbortSignal): Promise<boolean> {
  const issue = await deps.jira?.getIssue(issueKey, signal);
  return issue?.status.category === 'done';
}

async function findRefused({ mergeRequest, bindings, context, deps }: ReplyRequest) {
  const { sourceBranch, sourceProjectId, targetProjectId } = mergeRequest;
  const ticket = sourceProjectId === targetProjectId ? findTicketOfBranch(sourceBranch, bindings) : undefined;
  if (!ticket) return undefined;
  const { runId } = context.run;
  const runs = await deps.listEarlierRuns({ runId, task: { scope: issueScope(ticket.issueKey) } });
  const [found, ...earlier] = await findWaitingRefusals(runs, deps.listRunEvents);
  return found && { ...pickTask(found.run), work: found.work, earlier: earlier.map(({ work }) => work) };
}

function pickTask(run: Run): { run: Run; task: CodingTask } {
  if (run.task.kind !== 'coding') throw new Error('Only the work of tickets is looked for');
  return { run, task: run.task };
}

/** The same work for another run; of one note there is one. */
function toTask(
  { traceparent: _, ...task }: CodingTask,
  { mergeRequest: { projectId, iid: mergeRequestIid }, thread: { note } }: ReplyRequest,
): CodingTask {
  return {
    ...task,
    id: `coding~${task.issueKey}~n${projectId}.${mergeRequestIid}.${note.id}`,
    cause: { kind: 'allow-note', projectId, mergeRequestIid, noteId: note.id },
    requestedBy: toRequester(note.author),
  };
}
