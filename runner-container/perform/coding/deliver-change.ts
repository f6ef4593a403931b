import { type Delivery, deliverCommit } from '../delivery/deliver-commit.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { type CodingSession, runCodingAgent } from './run-coding-agent.ts';

/** Delivers the commit of a session to the branch; a conflict with people's commits goes to the agent once. */
export async function deliverChange(
  session: CodingSession,
  base: string,
  context: RunContext,
  deps: Pick<RunnerDeps, 'runAgent' | 'saveTranscript' | 'settings' | 'log' | 'isolation' | 'clock'>,
  signal: AbortSignal,
): Promise<Delivery> {
  const { open, order, workspace } = session;
  const request = {
    repository: open.repository,
    workspace,
    branch: order.branch,
    base,
    binding: order.binding,
    async repair(conflict: { onto: string; files: string[] }) {
      const conversation = { ...session.conversation, conflict };
      await runCodingAgent({ ...session, conversation }, context, deps, signal);
    },
  };
  return deliverCommit(request, context, deps, signal);
}
