import type { DemoEnvironment } from '../demo/demo-environment.ts';

/**
 * What a person needs to use the sandbox from elsewhere: the settings of its deployment, under the names `cmap` reads,
 * and with `SANDBOX_` before it what is of the sandbox alone: the board, and what Ada signs in with.
 */
export function listSettings(
  { operatorEnv, functionsSecrets, functions, ada }: DemoEnvironment,
  boardUrl: string,
): Readonly<Record<string, string>> {
  const [first] = functions;
  return {
    ...operatorEnv,
    ...functionsSecrets,
    ...(first ? { FUNCTIONS_URL: first.url } : {}),
    SANDBOX_BOARD_URL: boardUrl,
    SANDBOX_ADA_GITLAB_TOKEN: ada.gitlabToken.reveal(),
    SANDBOX_ADA_JIRA_EMAIL: ada.jiraEmail,
    SANDBOX_ADA_JIRA_TOKEN: ada.jiraToken.reveal(),
  };
}
