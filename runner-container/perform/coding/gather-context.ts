import type { Discussion, GitLab, MergeRequest } from '../../../shared/gitlab/gitlab.ts';
import type { IssueComment } from '../../../shared/jira/jira.ts';
import { listHumanComments } from '../../../shared/jira/report-comment.ts';
import type { CodingPromptInput, PromptComment, PromptThread } from '../../../shared/prompts/coding-prompt.ts';
import { stripMarker } from '../../../shared/reporting/marker.ts';
import type { Run } from '../../../shared/tasks/run.ts';
import type { RunnerDeps } from '../runner-deps.ts';
import type { CodingOrder } from './coding-order.ts';

/** What people said, and where earlier work stands. */
export interface CodingContext {
  comments: PromptComment[];
  rework?: NonNullable<CodingPromptInput['rework']>;
  /** The open merge request of the branch, when there is one. */
  mergeRequest?: MergeRequest;
}

/**
 * Reads the conversation on the ticket and on the branch's merge request. On rework, what people said since the last run is
 * told apart from what was answered already.
 */
export async function gatherContext(
  order: CodingOrder,
  run: Run,
  { gitlab, deps }: { gitlab: GitLab; deps: Pick<RunnerDeps, 'jira' | 'listEarlierRuns'> },
  signal: AbortSignal,
): Promise<CodingContext> {
  const { issue, project, branch } = order;
  const myself = await deps.jira.getMyself(signal);
  const [human, earlier, mergeRequest] = await Promise.all([
    listHumanComments(deps.jira, issue.key, myself, signal),
    deps.listEarlierRuns(run),
    gitlab.findOpenMergeRequest(project.projectId, branch),
  ]);
  const previous = earlier.find(({ state }) => state === 'done');
  if (!mergeRequest && !previous) return { comments: human.map(toPromptComment) };

  // A comment edited after the last run may have become a new request.
  const answeredUntil = previous?.createdAt ?? 0;
  const isNew = (comment: IssueComment) => comment.updatedAt > answeredUntil;
  const threads = mergeRequest ? await gitlab.listDiscussions(project.projectId, mergeRequest.iid) : [];
  return {
    comments: human.filter((comment) => !isNew(comment)).map(toPromptComment),
    rework: {
      ...(previous?.result?.summary ? { previousSummary: previous.result.summary } : {}),
      newComments: human.filter(isNew).map(toPromptComment),
      openThreads: threads.filter(isOpenThread).map(toThread),
    },
    ...(mergeRequest ? { mergeRequest } : {}),
  };
}

function toPromptComment({ author, body, createdAt }: IssueComment): PromptComment {
  return { author: author.displayName, body, createdAt };
}

function isOpenThread({ notes }: Discussion): boolean {
  return notes.some(({ resolvable, resolved, system }) => resolvable && !resolved && !system);
}

function toThread({ notes }: Discussion): PromptThread {
  const position = notes.find((note) => note.position)?.position;
  const line = position?.newLine ?? position?.oldLine;
  return {
    ...(position ? { path: position.newPath } : {}),
    ...(line === undefined ? {} : { line }),
    comments: notes
      .filter(({ system }) => !system)
      .map(({ author, body, createdAt }) => ({ author: author.name, body: stripMarker(body), createdAt })),
  };
}
