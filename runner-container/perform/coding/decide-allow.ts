import type { AllowRefusal } from '../../../shared/domain/runs/allow-refusal.ts';
import { type Allowance, findAllowance } from '../../../shared/domain/runs/allowed-event.ts';
import { hasBegunBefore, type Run } from '../../../shared/domain/runs/run.ts';
import { causeOf } from '../../../shared/domain/runs/task-cause.ts';
import { mentionWordsOf } from '../../../shared/domain/tasks/addresses.ts';
import {
  type AllowSaid,
  findReadableAt,
  findWaitingRefusals,
  judgeAllow,
} from '../../../shared/domain/tasks/judge-allow.ts';
import { readAllow } from '../../../shared/domain/tasks/read-allow.ts';
import { findAllowingNote } from '../refused/allowing-note.ts';
import { findMaintainer, type Speaker } from '../refused/find-maintainer.ts';
import { findPostedAt } from './choose-step.ts';
import type { CodingRun } from './coding-run.ts';

/**
 * What a person lets pass in a run, why they let nothing pass, or neither where the run is about something else.
 * `superseded` where a run was only to let files pass, and no word says so any more.
 */
export type AllowDecision = { allowance?: Allowance } | { refusal: AllowRefusal } | { superseded: 'allow-gone' };

/** A word that is to let files pass, and who said it where. */
interface Said extends AllowSaid {
  /** The id of the comment or note. */
  comment: string;
  by: string;
  account: string;
  speaker: Speaker;
  /** When people could read of the refusal of a run. */
  findToldAt(run: Run): number;
}

/**
 * Whether a run is to let refused files pass: where the comment or note that caused it says so, a maintainer wrote it,
 * and it is about the newest work of the ticket. Read anew from Jira and GitLab; what an attempt has begun with the
 * next one goes on with.
 * @throws {TaskError} `jira-*`, `gitlab-*`, `storage-unavailable`.
 */
export async function decideAllow(coding: CodingRun, signal: AbortSignal): Promise<AllowDecision> {
  const { binding, context, deps, others, project } = coding;
  const begun = hasBegunBefore(context.run) && findAllowance(await deps.listRunEvents(context.run.runId));
  if (begun) return { allowance: begun };
  const isOnlyForThat = causeOf(coding.task).kind === 'allow-note';
  const nothing: AllowDecision = isOnlyForThat ? { superseded: 'allow-gone' } : {};
  const said = await findSaid(coding, signal);
  if (!said) return nothing;

  const [found, ...earlier] = await findWaitingRefusals(others, deps.listRunEvents);
  const refused = found && {
    work: found.work,
    toldAt: said.findToldAt(found.run),
    earlier: earlier.map(({ work }) => work),
  };
  const judged = judgeAllow(said, refused, binding);
  if (judged.kind === 'none') return nothing;
  if (judged.kind === 'refused') return { refusal: judged.refusal };
  const gitlab = await deps.gitlabFor(binding.credentialRef);
  const maintainer = await findMaintainer(said.speaker, { gitlab, jira: deps.jira, projectId: project.projectId });
  if ('refusal' in maintainer) return maintainer;
  const { by, account, comment, createdAt: saidAt } = said;
  const { service } = said.speaker;
  const about = { by, account, service, comment, saidAt, maintainer: maintainer.username };
  return { allowance: { run: found?.run.runId ?? '', files: judged.files, ...about } };
}

async function findSaid(coding: CodingRun, signal: AbortSignal): Promise<Said | undefined> {
  const cause = causeOf(coding.task);
  if (cause.kind === 'issue-comment') return findComment(coding, cause.commentId, signal);
  if (cause.kind !== 'allow-note') return undefined;
  const gitlab = await coding.deps.gitlabFor(coding.binding.credentialRef);
  const found = await findAllowingNote(cause, { gitlab, botAuthors: coding.binding.review.bots.authors });
  if (!found) return undefined;
  const { note, paths, isByPerson } = found;
  return {
    paths,
    isByPerson,
    // Only its author and maintainers can edit a note, and a reaction to it counts as a change of it in GitLab.
    isEdited: false,
    createdAt: note.createdAt,
    comment: String(note.id),
    by: note.author.username,
    account: String(note.author.id),
    speaker: { service: 'gitlab', user: note.author },
    findToldAt: findReadableAt,
  };
}

async function findComment(
  { issue, deps }: CodingRun,
  commentId: string,
  signal: AbortSignal,
): Promise<Said | undefined> {
  const [self, comments] = await Promise.all([deps.jira.getMyself(signal), deps.jira.listComments(issue.key, signal)]);
  const comment = comments.find(({ id }) => id === commentId);
  const paths = comment && readAllow(comment.body, { self, words: mentionWordsOf(deps.settings.agentId) });
  if (!comment || !paths) return undefined;
  const { author, restricted = false, createdAt, updatedAt } = comment;
  return {
    paths,
    isByPerson: author.accountType === 'atlassian' && author.accountId !== self.accountId && !restricted,
    isEdited: updatedAt !== createdAt,
    createdAt,
    comment: comment.id,
    by: author.displayName,
    account: author.accountId,
    speaker: { service: 'jira', accountId: author.accountId },
    findToldAt: (run) => findPostedAt(run, comments, self),
  };
}
