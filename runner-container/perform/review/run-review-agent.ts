import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nameImages } from '../../../shared/domain/attachments/attachment-places.ts';
import { NO_CRITERIA } from '../../../shared/domain/criteria/criterion.ts';
import type { JudgedCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import type { Discussion } from '../../../shared/domain/ports/gitlab.ts';
import { formatConversation } from '../../../shared/domain/prompts/format-conversation.ts';
import { buildReviewInstructions } from '../../../shared/domain/prompts/review-instructions.ts';
import { buildReviewPrompt, type ReviewPromptInput } from '../../../shared/domain/prompts/review-prompt.ts';
import { formatTicketFields } from '../../../shared/domain/prompts/ticket-fields.ts';
import { buildReviewResultTool, type ReviewResult } from '../../../shared/domain/review/finding.ts';
import { parseReviewProse } from '../../../shared/domain/review/parse-review-prose.ts';
import { readConversation } from '../../../shared/domain/review/read-conversation.ts';
import { readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import { cleanText } from '../../../shared/kernel/text/clean-text.ts';
import { mapTexts } from '../../../shared/kernel/text/map-texts.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { listMessages } from '../../agent/list-messages.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { sessionBase } from '../limits/session-base.ts';
import { maskBranches } from '../run/mask-branches.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { type TakenAttachments, takeAttachments } from '../run/take-attachments.ts';
import type { ReviewTicket } from './find-ticket.ts';
import type { ReviewMaterial } from './prepare-review.ts';

export interface ReviewSession {
  run: MergeRequestRun;
  material: ReviewMaterial;
  workspace: Workspace;
  /** What stands on the merge request at this moment. */
  discussions: readonly Discussion[];
  /** Of the commit under review. */
  headSha: string;
  ticket: ReviewTicket | undefined;
}

export interface ReviewReport {
  result: ReviewResult;
  /** Where the ticket has acceptance criteria. */
  criteria?: JudgedCriteria;
  usage: Usage;
  /** Items of a review in prose that could not be read. */
  unreadable?: number;
  /** Those of them that are findings. */
  unreadableFindings?: number;
}

/**
 * Runs one session that may only look. A review that was written down instead of handed in counts too, even when not
 * every item of it is readable.
 * @throws {AgentFailure}
 */
export async function runReviewAgent(
  { run, material, workspace, discussions, headSha, ticket }: ReviewSession,
  signal: AbortSignal,
): Promise<ReviewReport> {
  const { binding, mergeRequest, self, context, deps } = run;
  const conversationFile = path.join(workspace.context, 'conversation.md');
  const conversation = formatConversation(readConversation(discussions, self.id), conversationFile);
  if (conversation) await writeFile(conversationFile, conversation.file);
  const attachments = await takeTicketAttachments(ticket, run, workspace, signal);
  const prompt = buildReviewPrompt({
    mergeRequest: maskBranches(mergeRequest, deps.maskWritten),
    commitMessages: material.commitMessages.map(deps.maskWritten),
    range: material.range,
    files: material.reviewed,
    threads: readThreads(discussions, self.id),
    ...(conversation ? { conversation } : {}),
    headSha,
    ...(ticket ? await describeTicket(ticket, workspace, attachments) : {}),
  });
  try {
    const { result, usage, transcript } = await deps.runAgent(
      {
        access: 'read',
        instructions: buildReviewInstructions({
          repositoryInstructions: material.instructions,
          teamInstructions: binding.instructions,
        }),
        prompt,
        ...(attachments ? { images: attachments.images } : {}),
        resultTool: buildReviewResultTool(ticket?.criteria ?? NO_CRITERIA),
        ...sessionBase('review', run, workspace),
      },
      signal,
    );
    await deps.saveTranscript(context.run, transcript);
    return { result, usage };
  } catch (error) {
    const report = error instanceof AgentFailure ? findWrittenReview(error, deps) : undefined;
    if (!report) throw error;
    await deps.saveTranscript(context.run, report.transcript);
    return report;
  }
}

/** Long values of fields become files the session may read. */
async function describeTicket(
  { text, issue, ticketFields, criteria }: ReviewTicket,
  { context }: Pick<Workspace, 'context'>,
  attachments: TakenAttachments | undefined,
): Promise<Pick<ReviewPromptInput, 'ticket' | 'ticketFields' | 'criteria' | 'attachments'>> {
  const files = new Map<string, string>();
  const blocks = formatTicketFields(issue, ticketFields, (name, whole) => {
    files.set(name, cleanText(whole));
    return `${context}/${name}`;
  });
  for (const [name, whole] of files) await writeFile(path.join(context, name), whole);
  const ticket = { ticketFields: blocks, criteria };
  if (!attachments) return { ...ticket, ticket: text };
  return { ...ticket, ticket: nameImages(text, attachments.prompt.images), attachments: attachments.prompt };
}

async function takeTicketAttachments(
  ticket: ReviewTicket | undefined,
  { deps: { jira, clock }, context }: MergeRequestRun,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<TakenAttachments | undefined> {
  if (!ticket?.attachments || !jira) return undefined;
  const { issueKey, plan } = ticket.attachments;
  return takeAttachments(issueKey, plan, { jira, workspace, clock, log: context.log }, signal);
}

function findWrittenReview(
  { code, usage, transcript }: AgentFailure,
  { log, maskWritten }: Pick<RunnerDeps, 'log' | 'maskWritten'>,
): (ReviewReport & { transcript: string }) | undefined {
  if (code !== 'agent-no-result') return undefined;
  for (const message of listMessages(transcript).toReversed()) {
    const prose = parseReviewProse(message);
    if (!prose) continue;
    log.warn('review read from prose', { skipped: prose.skipped });
    const { skipped: unreadable, skippedFindings: unreadableFindings } = prose;
    return { result: mapTexts(prose.result, maskWritten), usage, transcript, unreadable, unreadableFindings };
  }
  return undefined;
}
