import type { AgentAccount } from './agent-account.ts';
import type { SessionHome } from './session-home.ts';

/**
 * Everything the agent's shells are given. Nothing but what `inherited` names is taken over, so nothing can leak by
 * being added later.
 */
export function buildEnvironment(
  { home, temporary }: SessionHome,
  account: AgentAccount,
  inherited: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...inherited, HOME: home, TMPDIR: temporary, USER: account.name, LANG: 'C.UTF-8', TERM: 'dumb' };
}
