import type { CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Conversation } from '../../agent/with-conversation.ts';
import type { Conflict } from '../delivery/deliver-commit.ts';
import { type DeliveredWork, deliverWork, type WorkRequest } from '../delivery/deliver-work.ts';
import { repairOnce } from '../delivery/repair-once.ts';
import { createRepairRounds } from '../delivery/repair-rounds.ts';
import { keepRefused } from './keep-refused.ts';
import { recordSession } from './record-session.ts';
import { type CodingSession, runCodingAgent } from './run-coding-agent.ts';

/**
 * Delivers what a session did to the issue's branch. What is refused goes back to the session as often as the binding
 * allows; where it has no rounds of repair, a conflict with people's commits gets one session of its own. What is
 * refused to the end is kept.
 */
export async function deliverChange(
  session: CodingSession,
  agent: Conversation<CodingResult>,
  signal: AbortSignal,
): Promise<DeliveredWork> {
  const { coding } = session;
  const request = buildRequest(session, agent);
  try {
    return await deliver(session, agent, request, signal);
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    throw await keepRefused({ coding, request, result: agent.report().result }, error, signal);
  }
}

function buildRequest({ open, coding, workspace }: CodingSession, agent: Conversation<CodingResult>) {
  const { binding, branch, context, deps, issue } = coding;
  const { runId } = context.run;
  const { files: allowed } = coding.allowance ?? {};
  return {
    context,
    deps,
    repository: open.repository,
    targetSha: open.work.targetSha,
    workspace,
    branch,
    state: { base: open.work.headSha, objects: new Set<string>() },
    binding,
    allowed,
    describe: () => ({
      allowed,
      binding,
      runId,
      issueKey: issue.key,
      issueType: issue.details?.type,
      summary: issue.summary,
      body: agent.report().result.summary,
    }),
    repair: rejectRepair,
  };
}

const rejectRepair: WorkRequest['repair'] = (refusal) => Promise.reject(refusal);

async function deliver(
  session: CodingSession,
  agent: Conversation<CodingResult>,
  request: WorkRequest,
  signal: AbortSignal,
): Promise<DeliveredWork> {
  const { coding } = session;
  const { binding, context, deps } = coding;
  if (binding.repairRounds === 0) {
    const repair = (conflict: Conflict) =>
      runCodingAgent({ ...session, conversation: { ...session.conversation, conflict } }, signal);
    return deliverWork({ ...request, repair: repairOnce(repair) }, signal);
  }
  const rounds = createRepairRounds({
    rounds: binding.repairRounds,
    context,
    redact: deps.redact,
    async ask(message) {
      await agent.ask(message);
      await recordSession(coding, agent.report());
    },
  });
  return deliverWork({ ...request, rounds, repair: (refusal) => rounds.repair(refusal) }, signal);
}
