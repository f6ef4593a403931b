import type { Discussion, GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { isRefusedByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import type { Finding } from '../../../shared/domain/review/finding.ts';
import { formatReopened, formatVerdict } from '../../../shared/domain/review/format-reply.ts';
import type { NotesPlan } from '../../../shared/domain/review/plan-notes.ts';
import type { ThreadAction } from '../../../shared/domain/review/plan-verdicts.ts';
import { ownMarker } from '../../../shared/domain/review/read-threads.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { postFinding, type ReviewPlace } from './post-finding.ts';

/** What was done, for the summary. */
export interface AppliedNotes {
  posted: { finding: Finding; where: 'inline' | 'file' | 'note' }[];
  resolved: number;
  partly: number;
  reopened: number;
}

export interface ApplyDeps {
  gitlab: Pick<GitLab, 'createDiscussion' | 'replyToDiscussion' | 'resolveDiscussion'>;
  log: Log;
}

/**
 * Does what `planNotes` planned, one note after the other. After a crash the next attempt plans again from what is
 * there, so each step is either found again or was not done.
 * @throws {TaskError} `gitlab-*`; the signal's reason between two notes.
 */
export async function applyNotes(
  plan: NotesPlan,
  place: ReviewPlace & { discussions: readonly Discussion[]; ownUserId: number },
  deps: ApplyDeps,
  signal: AbortSignal,
): Promise<AppliedNotes> {
  const posted: AppliedNotes['posted'] = [];
  // A thread that was deleted meanwhile, takes no answer, or that this credential may not resolve, must not cost the
  // rest of the review.
  const leave = { log: deps.log, event: 'thread left as it is', isTolerable: isRefusedByGitLab };
  for (const planned of plan.post) {
    signal.throwIfAborted();
    posted.push({ finding: planned.finding, where: await postFinding(planned, place, deps.gitlab) });
  }
  for (const { discussionId } of plan.reopen) {
    signal.throwIfAborted();
    await tolerate(() => reopen(discussionId, place, deps.gitlab), leave);
  }
  for (const action of plan.resolve) {
    signal.throwIfAborted();
    await tolerate(() => postVerdict(action, place, deps.gitlab), leave);
  }
  const partly = plan.resolve.filter(({ status }) => status === 'partly').length;
  return { posted, resolved: plan.resolve.length - partly, partly, reopened: plan.reopen.length };
}

/** Says it first and opens second: an open thread is not planned again, a sentence that is there is not repeated. */
async function reopen(
  discussionId: string,
  { projectId, iid, headSha, scope, discussions, ownUserId }: Parameters<typeof applyNotes>[1],
  gitlab: ApplyDeps['gitlab'],
): Promise<void> {
  const notes = discussions.find(({ id }) => id === discussionId)?.notes ?? [];
  const said = notes
    .map((note) => ownMarker(note, ownUserId))
    .some((marker) => marker?.purpose === 'reopened' && marker.sha === headSha);
  if (!said) await gitlab.replyToDiscussion(projectId, iid, discussionId, formatReopened(headSha, scope));
  await gitlab.resolveDiscussion(projectId, iid, discussionId, false);
}

async function postVerdict(
  action: ThreadAction,
  { projectId, iid, headSha, scope }: ReviewPlace,
  gitlab: ApplyDeps['gitlab'],
): Promise<void> {
  const { discussionId, reply, resolve } = action;
  if (reply) await gitlab.replyToDiscussion(projectId, iid, discussionId, formatVerdict(action, headSha, scope));
  if (resolve) await gitlab.resolveDiscussion(projectId, iid, discussionId, true);
}
