import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatTicket, type PromptTicket } from '../../../shared/domain/prompts/format-ticket.ts';
import { labelUntrusted } from '../../../shared/domain/prompts/label-untrusted.ts';
import { offerSkills } from '../../../shared/domain/prompts/offer-skills.ts';
import { buildReplyInstructions } from '../../../shared/domain/prompts/reply-instructions.ts';
import { buildReplyPrompt } from '../../../shared/domain/prompts/reply-prompt.ts';
import { REPLY_RESULT_TOOL, type ReplyResult } from '../../../shared/domain/prompts/reply-result.ts';
import { parseDiff } from '../../../shared/domain/review/parse-diff.ts';
import type { AgentReport } from '../../agent/agent.ts';
import { diffRange } from '../../git/diff-range.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { sessionBase } from '../limits/session-base.ts';
import { chooseInstructions } from '../run/choose-instructions.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import { withWholeTexts } from '../run/with-whole-texts.ts';
import type { Thread } from './find-thread.ts';
import type { ReplyTree } from './open-reply-tree.ts';
import { toPromptInput } from './to-prompt-input.ts';

export interface ReplySession {
  run: MergeRequestRun;
  thread: Thread;
  tree: ReplyTree;
  workspace: Workspace;
  mayChange: boolean;
  /** What the merge request is about, where the session may know it. */
  ticket?: PromptTicket;
  instruction?: string;
  /** The change made so far no longer fits onto the branch: these files carry conflict markers. */
  conflict?: { onto: string; files: string[] };
}

/**
 * Runs one session on a note. It may edit files only where the person may push. Instructions of the repository come
 * from the target branch.
 * @throws {AgentFailure}
 */
export async function runReplyAgent(session: ReplySession, signal: AbortSignal): Promise<AgentReport<ReplyResult>> {
  const { run, thread, tree, workspace, mayChange } = session;
  const { binding, context, deps } = run;
  const { text, truncated } = await diffRange(tree.repository, { from: tree.baseSha, to: tree.headSha }, signal);
  const diffFile = path.join(workspace.context, 'merge-request.diff');
  await writeFile(diffFile, text);

  const commented = thread.discussion.notes.find((note) => note.position)?.position?.newPath;
  const paths = commented ? [commented] : truncated ? undefined : parseDiff(text).map(({ newPath }) => newPath);
  const files = await listInstructionFiles(tree.repository, tree.targetSha, signal);
  const { repositoryInstructions, ...offered } = offerSkills(chooseInstructions(files, deps, paths), binding);
  const { ticket } = session;
  const about = ticket ? { ticket: await withWholeTexts(workspace, (whole) => formatTicket(ticket, whole)) } : {};
  const prompt = buildReplyPrompt({ ...toPromptInput(session, diffFile), ...about });
  const report = await deps.runAgent(
    {
      access: mayChange ? 'edit' : 'read',
      instructions: buildReplyInstructions({
        mayChange,
        repositoryInstructions,
        teamInstructions: binding.instructions,
      }),
      prompt: `${prompt}${formatConflict(session)}`,
      resultTool: REPLY_RESULT_TOOL,
      ...offered,
      ...sessionBase('reply', run, workspace),
    },
    signal,
  );
  await deps.saveTranscript(context.run, report.transcript);
  return report;
}

function formatConflict({ conflict }: ReplySession): string {
  if (!conflict) return '';
  const files = labelUntrusted('conflicting files', conflict.files.slice(0, 100).join('\n'), 10_000);
  return `\n# Conflicts\n\nPeople pushed to the branch meanwhile. These files carry conflict markers from putting your change on top of their commits:\n\n${files}\n\nResolve them so that both intentions are kept, remove the markers and do nothing else; kind is changed.\n`;
}
