import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { nameImages } from '../../../shared/domain/attachments/attachment-places.ts';
import { type Criteria, NO_CRITERIA } from '../../../shared/domain/criteria/criterion.ts';
import { formatConversation } from '../../../shared/domain/prompts/format-conversation.ts';
import type { ReviewPromptInput } from '../../../shared/domain/prompts/review-prompt.ts';
import { formatTicketFields } from '../../../shared/domain/prompts/ticket-fields.ts';
import { readConversation } from '../../../shared/domain/review/read-conversation.ts';
import { type FindingThread, readThreads } from '../../../shared/domain/review/read-threads.ts';
import type { AgentImage } from '../../agent/agent.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { maskBranches } from '../run/mask-branches.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import { type TakenAttachments, takeAttachments } from '../run/take-attachments.ts';
import { withWholeTexts } from '../run/with-whole-texts.ts';
import type { ReviewTicket } from './find-ticket.ts';
import type { ReviewSession } from './review-session.ts';

/** What every session of a review is told, whichever files it reads. */
export interface ReviewBasis {
  input: Omit<ReviewPromptInput, 'files' | 'threads' | 'part'>;
  threads: FindingThread[];
  images?: readonly AgentImage[];
  criteria: Criteria;
}

/**
 * Reads what people said and what the ticket brings, once, and writes what is too long for a prompt into the context of
 * the workspace.
 */
export async function gatherReview(
  { run, material, workspace, discussions, headSha, ticket, isDependencyUpdate }: ReviewSession,
  signal: AbortSignal,
): Promise<ReviewBasis> {
  const { mergeRequest, self, binding, deps } = run;
  const conversationFile = path.join(workspace.context, 'conversation.md');
  const said = readConversation(discussions, self.id, binding.review.bots.authors);
  const conversation = formatConversation(said, conversationFile);
  if (conversation) await writeFile(conversationFile, conversation.file);
  const attachments = await takeTicketAttachments(ticket, run, workspace, signal);
  return {
    input: {
      mergeRequest: maskBranches(mergeRequest, deps.maskWritten),
      commitMessages: material.commitMessages.map(deps.maskWritten),
      range: material.range,
      ...(conversation ? { conversation } : {}),
      headSha,
      ...(isDependencyUpdate ? { isDependencyUpdate } : {}),
      ...(ticket ? await describeTicket(ticket, workspace, attachments) : {}),
    },
    threads: readThreads(discussions, self.id),
    ...(attachments ? { images: attachments.images } : {}),
    criteria: ticket?.criteria ?? NO_CRITERIA,
  };
}

/** Long values of fields become files the session may read. */
async function describeTicket(
  { text, issue, ticketFields, criteria }: ReviewTicket,
  workspace: Pick<Workspace, 'context'>,
  attachments: TakenAttachments | undefined,
): Promise<Pick<ReviewPromptInput, 'ticket' | 'ticketFields' | 'criteria' | 'attachments'>> {
  const blocks = await withWholeTexts(workspace, (whole) => formatTicketFields(issue, ticketFields, whole));
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
