import { codeSpan } from '../../kernel/text/code-span.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import { sanitizeAgentText } from '../guard/sanitize-agent-text.ts';
import { formatAllowRefused } from '../messages/format-allow-refused.ts';
import { formatTargetMerge, type TargetMergeNote } from '../messages/format-target-merge.ts';
import type { AllowRefusal } from '../runs/allow-refusal.ts';
import type { AllowedFile } from '../runs/refused-work.ts';
import type { FindingFix } from './finding-fix.ts';
import type { ThreadAction } from './plan-verdicts.ts';
import { FIX_PURPOSE } from './read-threads.ts';

/** What the agent answers in a thread. */
export type Reply =
  | { kind: 'answer' | 'question' | 'accepted-no'; text: string }
  /** The agent agrees with a person who may not dismiss its finding. */
  | { kind: 'not-dismissed'; text: string; branch: string }
  | { kind: 'changed'; text: string; commitSha: string }
  /** The agent was asked for a change and none was needed. */
  | { kind: 'unchanged'; text: string }
  | { kind: 'branch-deleted' | 'branch-moved' | 'fork' | 'no-permission' | 'reviews-only'; branch: string }
  | { kind: 'cap-reached' | 'closed' | 'paused' | 'resumed' | 'ignored' }
  /** `/copilot allow`. */
  | { kind: 'allow-refused'; refusal: AllowRefusal }
  | { kind: 'allowed'; issueKey: string; runId: string; files: readonly AllowedFile[] }
  /** `/copilot rebase`. */
  | { kind: 'target-merge'; merge: TargetMergeNote }
  | { kind: 'help'; username: string; canRebase?: boolean; reviewsOnly?: boolean };

export interface ReplyContext {
  scope: string;
  /** The note this answers; the answer is found again by it. */
  noteId: number;
  runId?: string;
}

/** The text of an answer with the marker by which it is found again. */
export function formatReply(reply: Reply, { scope, noteId, runId }: ReplyContext): string {
  return appendMarker(textOf(reply), {
    purpose: reply.kind,
    scope,
    ...(runId ? { run: runId } : {}),
    answers: noteId,
  });
}

/** What the agent says in its own thread after looking at the new commits. */
export function formatVerdict({ status, reason, resolve }: ThreadAction, headSha: string, scope: string): string {
  const head = headSha.slice(0, 8);
  const opening =
    status === 'partly'
      ? `Fixed in part at ${head}.`
      : resolve
        ? `Fixed at ${head}.`
        : `This looks fixed at ${head}. Resolve the thread if you agree.`;
  const text = sanitizeAgentText(reason, { maxChars: 2000 });
  return appendMarker(text ? `${opening} ${text}` : opening, { purpose: 'verdict', scope, sha: headSha });
}

/** What the agent answers to a finding in its own merge request, once it has worked on it. */
export function formatFixAnswer(
  { status, what }: FindingFix,
  { scope, runId, commitSha }: { scope: string; runId: string; commitSha: string | undefined },
): string {
  const opening = commitSha === undefined ? NOT_CHANGED : `${FIXES[status]} ${commitSha.slice(0, 8)}.`;
  const text = sanitizeAgentText(what, { maxChars: 1000 });
  const said = status === 'not' ? NOT_CHANGED : opening;
  const sha = commitSha === undefined ? {} : { sha: commitSha };
  return appendMarker(`${said} ${text}`.trim(), { purpose: FIX_PURPOSE, scope, run: runId, ...sha });
}

const NOT_CHANGED = 'Not changed.';
const FIXES: Record<FindingFix['status'], string> = { fixed: 'Mended in', partly: 'Mended in part in', not: '' };

/** What the agent says when a problem it called fixed is back. */
export function formatReopened(headSha: string, scope: string): string {
  return appendMarker(`The same problem is back at ${headSha.slice(0, 8)}, so the thread is open again.`, {
    purpose: 'reopened',
    scope,
    sha: headSha,
  });
}

function textOf(reply: Reply): string {
  switch (reply.kind) {
    case 'answer':
    case 'question':
    case 'accepted-no':
    case 'unchanged':
      return sanitizeAgentText(reply.text);
    case 'changed':
      return `${sanitizeAgentText(reply.text)}\n\nPushed as ${reply.commitSha}.`.trim();
    case 'not-dismissed':
      return `${sanitizeAgentText(reply.text)}\n\nThe finding stands all the same: members who may push to ${codeSpan(reply.branch)} themselves can dismiss it, by \`/copilot ignore\` or in their own words.`.trim();
    case 'branch-deleted':
      return `The source branch ${codeSpan(reply.branch)} was deleted, so there is nothing to push to. Restore the branch and ask again.`;
    case 'branch-moved':
      return `Another push reached ${codeSpan(reply.branch)} while the change was made, and the two do not fit together. Nothing was overwritten. Ask again to start from the new commits.`;
    case 'fork':
      return `The branch ${codeSpan(reply.branch)} is in a fork, and the agent never pushes to forks. It can answer questions and review here.`;
    case 'no-permission':
      return `Changes can be asked for by members who may push to ${codeSpan(reply.branch)} themselves. Ask one of them to repeat the request.`;
    case 'reviews-only':
      return `In this repository the agent reviews and answers, and changes nothing: ${codeSpan(reply.branch)} stays as it is. Changes are made by people here; \`/copilot review\` has them looked at.`;
    case 'cap-reached':
      return 'The agent has answered often enough here and stops. A person can start it again in a new thread later.';
    case 'closed':
      return 'This merge request is not open any more, so nothing was done.';
    case 'paused':
      return 'Reviews of this merge request are paused. `/copilot resume` starts them again; `/copilot review` asks for one.';
    case 'resumed':
      return 'Reviews of this merge request go on with the next commits.';
    case 'ignored':
      return 'Understood. The agent does not raise this again on this merge request.';
    case 'allow-refused':
      return formatAllowRefused(reply.refusal);
    case 'allowed':
      return `Understood: ${[...new Set(reply.files.map(({ path }) => codeSpan(path)))].join(', ')} may pass once, in run \`${reply.runId}\` of ${reply.issueKey}.`;
    case 'target-merge':
      return formatTargetMerge(reply.merge);
    case 'help':
      return formatHelp(reply);
  }
}

function formatHelp({ username, canRebase = false, reviewsOnly = false }: Extract<Reply, { kind: 'help' }>): string {
  return [
    `Name ${codeSpan(`@${username}`)} or start a line with \`/copilot\`. In a thread the agent takes part in, just answer.`,
    '',
    '| Write | What happens |',
    '|---|---|',
    reviewsOnly
      ? '| `/copilot <question>` | an answer; the agent changes nothing in this repository |'
      : '| `/copilot <instruction>` | a commit on the source branch, or an answer when it is a question |',
    '| `/copilot review` | a review of what is new |',
    '| `/copilot full review` | a review of everything |',
    '| `/copilot pause` | no reviews on push |',
    '| `/copilot resume` | reviews on push again |',
    ...(canRebase ? ['| `/copilot rebase` | the target branch is merged into the source branch |'] : []),
    '| `/copilot ignore` | the finding of this thread does not come back |',
    '| `/copilot help` | this table |',
  ].join('\n');
}
