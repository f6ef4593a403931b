import { CopilotClient, type CopilotRequestHandler, RuntimeConnection } from '@github/copilot-sdk';

import type { AgentAccount } from './agent-account.ts';
import type { SessionHome } from './session-home.ts';

export interface ClientParts {
  runtimePath: string;
  workTree: string;
  account: AgentAccount;
  home: SessionHome;
  environment: Record<string, string>;
  requestHandler: CopilotRequestHandler;
}

/**
 * A client whose runtime runs as the agent's user.
 *
 * Mode `empty`: in the default mode a cloned repository runs code when the session starts. Standard input and output,
 * because with TCP the connection's token lies in the runtime's environment, where the agent's shell could take it and
 * approve its own requests.
 */
export function createClient({
  runtimePath,
  workTree,
  account,
  home,
  environment,
  requestHandler,
}: ClientParts): CopilotClient {
  const { file, args } = account.commandLine(runtimePath, []);
  return new CopilotClient({
    mode: 'empty',
    useLoggedInUser: false,
    workingDirectory: workTree,
    baseDirectory: home.copilotHome,
    logLevel: 'error',
    requestHandler,
    connection: RuntimeConnection.forStdio({ path: file, args, env: environment }),
  });
}
