import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest, SandboxNote } from '../../sandbox/gitlab/state/fake-state.ts';
import { isFinal, type Run } from '../../shared/domain/runs/run.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { buildReplyTask, buildReviewTask } from '../../shared/domain/tasks/build-task.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { parseMarker, stripMarker } from '../../shared/kernel/text/marker.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { waitUntil } from '../wait-until.ts';

export const REPO = 'group/service-a';
export const GREET = "export const greet = (name) => 'Hello';\n";

let branches = 0;

/** Ada opens a merge request whose description says what the scripted model plays. */
export async function openTestMergeRequest(
  environment: Environment,
  scenario: string,
  files: Record<string, string | null> = { 'greet.mjs': `${GREET.trimEnd()} // new\n` },
): Promise<SandboxMergeRequest> {
  branches += 1;
  const sourceBranch = `feature/talk-${branches}`;
  const ada = environment.gitlab.as('ada');
  await ada.push(REPO, { branch: sourceBranch, files, message: 'Greet people' });
  return ada.openMergeRequest(REPO, { sourceBranch, title: 'Greet people', description: `scenario: ${scenario}` });
}

/** Reviews the merge request at its present head, as the event of that push would have it. */
export function reviewNow(environment: Environment, { project, iid, headSha }: SandboxMergeRequest): Promise<Run> {
  return performTask(environment, buildReviewTask({ projectId: project.id, mergeRequestIid: iid, headSha }));
}

export function replyTaskFor({ project, iid, discussions }: SandboxMergeRequest, note: SandboxNote) {
  const discussion = discussions.find(({ notes }) => notes.includes(note));
  if (!discussion) throw new Error(`Note ${note.id} is in no discussion`);
  return buildReplyTask({ projectId: project.id, mergeRequestIid: iid, discussionId: discussion.id, noteId: note.id });
}

/** Has a note answered. */
export function replyTo(environment: Environment, mergeRequest: SandboxMergeRequest, note: SandboxNote): Promise<Run> {
  return performTask(environment, replyTaskFor(mergeRequest, note));
}

/** Admits a task and resolves with its run when it is over. */
export async function performTask(environment: Environment, task: Task): Promise<Run> {
  return finished(environment, await admit(environment, task));
}

export async function admit(environment: Environment, task: Task): Promise<string> {
  const { ledger, queue } = environment.storage;
  const { runId } = await admitTask(task, { ledger, queue, clock: systemClock, log: silentLog });
  return runId;
}

export async function finished(environment: Environment, runId: string): Promise<Run> {
  let run: Run | undefined;
  await waitUntil(`${runId} is over`, async () => {
    run = await environment.storage.ledger.find(runId);
    return run !== undefined && isFinal(run.state);
  });
  if (!run) throw new Error(`${runId} is gone`);
  return run;
}

/** What the agent wrote on a merge request, by what it was for. */
export function ownNotes({ discussions }: SandboxMergeRequest, purpose?: string): SandboxNote[] {
  return discussions
    .flatMap(({ notes }) => notes)
    .filter(({ author, system }) => author.username === 'agent-a' && !system)
    .filter(({ body }) => purpose === undefined || parseMarker(body)?.purpose === purpose);
}

export function textOf(note: SandboxNote | undefined): string {
  return note ? stripMarker(note.body) : '';
}
