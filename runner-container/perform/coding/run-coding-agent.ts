import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { buildCodingResultTool, type CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import type { AgentReport, AgentRequest, RunAgent } from '../../agent/agent.ts';
import { type Conversation, withConversation } from '../../agent/with-conversation.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { sessionBase } from '../limits/session-base.ts';
import type { CodingRun } from './coding-run.ts';
import { describeSession, type SessionSubject } from './describe-session.ts';
import { keepInputs } from './keep-inputs.ts';
import type { OpenBranch } from './open-work-branch.ts';

export interface CodingSession extends Pick<SessionSubject, 'instructionFiles' | 'conversation' | 'attachments'> {
  coding: CodingRun;
  open: OpenBranch;
  workspace: Workspace;
}

/**
 * Runs one agent session on the work tree; its transcript is kept with every result.
 * @throws {AgentFailure}
 */
export async function runCodingAgent(session: CodingSession, signal: AbortSignal): Promise<AgentReport<CodingResult>> {
  const { context, deps } = session.coding;
  const report = await deps.runAgent(await prepareRequest(session), signal);
  await deps.saveTranscript(context.run, report.transcript);
  return report;
}

/**
 * The same, with a session that `work` may ask again where the binding has rounds of repair.
 * @throws {AgentFailure}
 */
export async function withCodingAgent<T>(
  session: CodingSession,
  work: (agent: Conversation<CodingResult>) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { binding, context, deps } = session.coding;
  if (binding.repairRounds === 0) {
    const report = await runCodingAgent(session, signal);
    return work({ report: () => report, ask: () => Promise.reject(new Error('This session has no rounds of repair')) });
  }
  const runAgent: RunAgent = async (request, aborted) =>
    deps.runAgent(
      {
        ...request,
        async judge(report) {
          await deps.saveTranscript(context.run, report.transcript);
          return request.judge?.(report);
        },
      },
      aborted,
    );
  return withConversation(runAgent, await prepareRequest(session), work, { signal, log: context.log });
}

async function prepareRequest(session: CodingSession): Promise<AgentRequest<CodingResult>> {
  const { coding, workspace, conversation, attachments } = session;
  const { criteria, deps } = coding;
  const { files, ...words } = describeSession({ ...coding, ...session, contextDirectory: workspace.context }, deps);
  for (const { name, content } of files) await writeFile(path.join(workspace.context, name), content);

  const request: AgentRequest<CodingResult> = {
    access: 'edit',
    ...words,
    ...(attachments ? { images: attachments.images } : {}),
    resultTool: buildCodingResultTool(criteria),
    ...sessionBase('coding', coding, workspace),
  };
  // A conflict is asked about beside the work itself.
  if (!conversation.conflict) await keepInputs(session, request, files);
  return request;
}
