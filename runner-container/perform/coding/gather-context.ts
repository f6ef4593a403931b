import type { GitLab, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import type { IssueComment } from '../../../shared/domain/ports/jira.ts';
import type { CodingPromptInput, PromptThread } from '../../../shared/domain/prompts/coding-prompt.ts';
import type { PromptComment } from '../../../shared/domain/prompts/format-comments.ts';
import { isOpenThread } from '../../../shared/domain/review/is-open-thread.ts';
import { listPublicNotes } from '../../../shared/domain/review/list-public-notes.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { PLAN_RESULT } from '../../../shared/domain/tasks/find-waiting-plan.ts';
import { stripMarker } from '../../../shared/kernel/text/marker.ts';
import { listHumanComments } from '../../../shared/services/notifications/report-comment.ts';
import { type Account, hasAccount, listAllRuns, readAccount } from './accounts.ts';
import type { CodingRun } from './coding-run.ts';

/** What people said, and where earlier work stands. */
export interface CodingContext {
  comments: PromptComment[];
  /** What people said since the plan that they answered; they stand nowhere else then. */
  replies: PromptComment[];
  rework?: NonNullable<CodingPromptInput['rework']>;
}

/** Where the work stands before the agent begins. */
export interface CodingHistory {
  /** The newest merge request of the branch, in any state. */
  newest: MergeRequest | undefined;
  /** Whether the branch holds earlier work; false for one that begins at the target branch. */
  reused: boolean;
  /** The run whose plan people have answered with more than an approval. */
  answeredPlan?: Pick<Run, 'createdAt'>;
}

/**
 * Reads the conversation on the ticket and on the branch's merge request. On rework, what people said since the last
 * run is kept apart from what was answered already.
 */
export async function gatherContext(
  { issue, project, context, deps }: CodingRun,
  { newest, reused, answeredPlan }: CodingHistory,
  gitlab: GitLab,
  signal: AbortSignal,
): Promise<CodingContext> {
  const myself = await deps.jira.getMyself(signal);
  const [all, earlier] = await Promise.all([
    listHumanComments(deps.jira, issue.key, myself, signal),
    deps.listEarlierRuns(context.run),
  ]);
  const isReply = ({ updatedAt }: IssueComment) => answeredPlan !== undefined && updatedAt > answeredPlan.createdAt;
  const human = all.filter((comment) => !isReply(comment));
  const replies = all.filter(isReply).map(toPromptComment);
  // A plan alone is no work on the issue.
  const previous = earlier.find(({ state, result }) => state === 'done' && result?.what !== PLAN_RESULT);
  const accounts = previous ? await readAccounts(previous, earlier, { context, deps }) : {};
  if (!newest && !previous) return { comments: human.map(toPromptComment), replies };

  // A comment edited after the last run may have become a new request.
  const answeredUntil = previous?.createdAt ?? 0;
  const isNew = (comment: IssueComment) => comment.updatedAt > answeredUntil;
  // What people said on one they closed is why they closed it; what was merged is settled.
  const isUnsettled = newest !== undefined && newest.state !== 'merged';
  const threads = isUnsettled ? await gitlab.listDiscussions(project.projectId, newest.iid) : [];
  return {
    comments: human.filter((comment) => !isNew(comment)).map(toPromptComment),
    replies,
    rework: {
      startsAnew: !reused,
      ...accounts,
      newComments: human.filter(isNew).map(toPromptComment),
      openThreads: threads.map(listPublicNotes).filter(isOpenThread).map(toThread),
    },
  };
}

/** What earlier runs have reported: the newest in the words of the prompt, those before it in a file. */
async function readAccounts(
  previous: Run,
  earlier: readonly Run[],
  { context, deps }: Pick<CodingRun, 'context' | 'deps'>,
): Promise<Pick<NonNullable<CodingContext['rework']>, 'previousSummary' | 'earlierAccounts' | 'hasOlderAccounts'>> {
  const { runs, hasOlder } = await listAllRuns(context.run, earlier, deps);
  const older = runs.filter(
    (run) => run.runId !== previous.runId && run.createdAt <= previous.createdAt && hasAccount(run),
  );
  const summary = await readAccount(previous, deps);
  const earlierAccounts: Account[] = [];
  for (const run of older)
    earlierAccounts.push({ createdAt: run.createdAt, text: (await readAccount(run, deps)) ?? '' });
  return {
    ...(summary ? { previousSummary: summary } : {}),
    ...(earlierAccounts.length > 0 ? { earlierAccounts } : {}),
    ...(hasOlder ? { hasOlderAccounts: true as const } : {}),
  };
}

function toPromptComment({ author, body, createdAt }: IssueComment): PromptComment {
  return { author: author.displayName, body, createdAt };
}

function toThread(notes: readonly Note[]): PromptThread {
  const position = notes.find((note) => note.position)?.position;
  const line = position?.newLine ?? position?.oldLine;
  return {
    ...(position ? { path: position.newPath } : {}),
    ...(line === undefined ? {} : { line }),
    comments: notes.map(({ author, body, createdAt }) => ({ author: author.name, body: stripMarker(body), createdAt })),
  };
}
