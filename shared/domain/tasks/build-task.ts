import type { EchoTask, ReplyTask, ReviewTask, UpdateTask } from '../runs/task.ts';
import { causeOf, type Requester, type TaskCause } from '../runs/task-cause.ts';

interface Common {
  credentialRef?: string;
  image?: string | undefined;
  traceparent?: string | undefined;
  requestedBy?: Requester | undefined;
}

/** The scope of everything that works on one merge request. */
export function mergeRequestScope(projectId: number, mergeRequestIid: number): string {
  return `mr~${projectId}~${mergeRequestIid}`;
}

/**
 * A review of one head of one merge request: each head is reviewed once. `request` is the id of a note in which a
 * person asked: then the note decides instead, because who sees it later may see a newer head.
 */
export function buildReviewTask(
  about: Common & {
    projectId: number;
    mergeRequestIid: number;
    headSha: string;
    depth?: ReviewTask['depth'] | undefined;
    request?: number | undefined;
  },
): ReviewTask {
  const { projectId, mergeRequestIid, headSha, depth = 'incremental', request } = about;
  const subject = request === undefined ? [headSha] : ['note', request];
  const cause: TaskCause = request === undefined ? { kind: 'head' } : { kind: 'note', noteId: request };
  const id = ['review', projectId, mergeRequestIid, ...subject].join('~');
  const scope = mergeRequestScope(projectId, mergeRequestIid);
  return { ...buildCommon(about), kind: 'review', id, scope, projectId, mergeRequestIid, headSha, depth, cause };
}

/** The note of a person who asked for this review; `undefined` when an event caused it. */
export function findRequestNote(task: ReviewTask): number | undefined {
  const cause = causeOf(task);
  return cause.kind === 'note' ? cause.noteId : undefined;
}

/** An answer to one note; a note is answered once. */
export function buildReplyTask(
  about: Common & { projectId: number; mergeRequestIid: number; discussionId: string; noteId: number },
): ReplyTask {
  const { projectId, mergeRequestIid, discussionId, noteId } = about;
  const id = ['reply', projectId, mergeRequestIid, noteId].join('~');
  const scope = mergeRequestScope(projectId, mergeRequestIid);
  return { ...buildCommon(about), kind: 'reply', id, scope, projectId, mergeRequestIid, discussionId, noteId };
}

/**
 * The target branch is merged into one head of a merge request: each pair of commits is one task, by webhook and by
 * poll and on any number of instances.
 */
export function buildTargetMergeTask(
  about: Common & { projectId: number; mergeRequestIid: number; headSha: string; targetSha: string },
): UpdateTask {
  const { projectId, mergeRequestIid, headSha, targetSha } = about;
  const id = ['update', projectId, mergeRequestIid, headSha, 'target', targetSha].join('~');
  const scope = mergeRequestScope(projectId, mergeRequestIid);
  const cause: TaskCause = { kind: 'target', targetSha };
  return { ...buildCommon(about), kind: 'update', id, scope, projectId, mergeRequestIid, headSha, cause };
}

/** A failed pipeline of a merge request is repaired: each pipeline once, however often it fails. */
export function buildPipelineTask(
  about: Common & { projectId: number; mergeRequestIid: number; headSha: string; pipelineId: number },
): UpdateTask {
  const { projectId, mergeRequestIid, headSha, pipelineId } = about;
  const id = ['update', projectId, mergeRequestIid, 'pipeline', pipelineId].join('~');
  const scope = mergeRequestScope(projectId, mergeRequestIid);
  const cause: TaskCause = { kind: 'pipeline', pipelineId };
  return { ...buildCommon(about), kind: 'update', id, scope, projectId, mergeRequestIid, headSha, cause };
}

/** A merge request is taken out of draft because a pipeline has passed: each pipeline once, however often it passes. */
export function buildReadyTask(
  about: Common & { projectId: number; mergeRequestIid: number; headSha: string; pipelineId: number },
): UpdateTask {
  const { projectId, mergeRequestIid, headSha, pipelineId } = about;
  const id = ['update', projectId, mergeRequestIid, 'green', pipelineId].join('~');
  const scope = mergeRequestScope(projectId, mergeRequestIid);
  const cause: TaskCause = { kind: 'green', pipelineId };
  return { ...buildCommon(about), kind: 'update', id, scope, projectId, mergeRequestIid, headSha, cause };
}

/** The change of a merged merge request is taken over to a release branch with which it conflicts: once for each. */
export function buildBackPortTask(
  about: Common & { projectId: number; mergeRequestIid: number; headSha: string; branch: string },
): UpdateTask {
  const { projectId, mergeRequestIid, headSha, branch } = about;
  const id = ['update', projectId, mergeRequestIid, 'back-port', branch].join('~');
  const scope = mergeRequestScope(projectId, mergeRequestIid);
  const cause: TaskCause = { kind: 'back-port', branch };
  return { ...buildCommon(about), kind: 'update', id, scope, projectId, mergeRequestIid, headSha, cause };
}

/** What the agent's own review has found in its merge request is mended: each head once. */
export function buildFindingsTask(
  about: Common & { projectId: number; mergeRequestIid: number; headSha: string },
): UpdateTask {
  const { projectId, mergeRequestIid, headSha } = about;
  const id = ['update', projectId, mergeRequestIid, headSha, 'findings'].join('~');
  const scope = mergeRequestScope(projectId, mergeRequestIid);
  const cause: TaskCause = { kind: 'findings' };
  return { ...buildCommon(about), kind: 'update', id, scope, projectId, mergeRequestIid, headSha, cause };
}

/** A task that only proves the way through the system; `name` makes it unique. */
export function buildEchoTask(about: Common & { name: string; text: string }): EchoTask {
  const id = `echo~${about.name}`;
  return { ...buildCommon(about), kind: 'echo', id, scope: id, text: about.text };
}

function buildCommon({ credentialRef = 'default', image, traceparent, requestedBy }: Common) {
  return {
    version: 1 as const,
    credentialRef,
    ...(image === undefined ? {} : { image }),
    ...(traceparent ? { traceparent } : {}),
    ...(requestedBy ? { requestedBy } : {}),
  };
}
