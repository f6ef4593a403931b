import { type Delivery, deliverCommit } from '../delivery/deliver-commit.ts';
import { type CodingSession, runCodingAgent } from './run-coding-agent.ts';

/** Delivers the commit of a session to the branch; a conflict with people's commits goes to the agent once. */
export async function deliverChange(session: CodingSession, base: string, signal: AbortSignal): Promise<Delivery> {
  const { open, coding, workspace } = session;
  const request = {
    context: coding.context,
    deps: coding.deps,
    repository: open.repository,
    targetSha: open.work.targetSha,
    workspace,
    branch: coding.branch,
    base,
    binding: coding.binding,
    async repair(conflict: { onto: string; files: string[] }) {
      const conversation = { ...session.conversation, conflict };
      await runCodingAgent({ ...session, conversation }, signal);
    },
  };
  return deliverCommit(request, signal);
}
