import type { AgentAccount } from './agent-account.ts';
import type { SessionHome } from './session-home.ts';

/** Everything the agent's shells are given. Nothing is inherited, so nothing can leak by being added later. */
export function buildEnvironment(
  { home, temporary }: SessionHome,
  account: AgentAccount,
  path: string,
): Record<string, string> {
  return { PATH: path, HOME: home, TMPDIR: temporary, USER: account.name, LANG: 'C.UTF-8', TERM: 'dumb' };
}
