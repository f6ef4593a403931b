import { toEnvironmentName } from '../../shared/domain/mapping/credential-names.ts';
/** The settings of the processes of a sandbox environment, under the names of a real deployment. */
export interface EnvironmentAddresses {
  gitlabUrl: string;
  jiraUrl: string;
  connectionString: string;
  /** Absent when the model comes from the caller's own environment. */
  model?: { url: string; apiKey: string };
}

export interface EnvironmentCredentials {
  /** Alias -> token; `default` is `GITLAB_TOKEN`. */
  gitlabTokens: Record<string, string>;
  jira: { email: string; apiToken: string };
  adminSecret: string;
  gitlabWebhookSecret: string;
  jiraWebhookSecret: string;
}

/** The settings both programs share. */
export function commonEnvironment(
  { gitlabUrl, jiraUrl, connectionString }: EnvironmentAddresses,
  { gitlabTokens, jira }: EnvironmentCredentials,
  projectMap: string,
): Record<string, string> {
  const tokens = Object.entries(gitlabTokens).map(([alias, token]) => [toEnvironmentName(alias), token]);
  return {
    AzureWebJobsStorage: connectionString,
    GITLAB_URL: gitlabUrl,
    JIRA_URL: jiraUrl,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.apiToken,
    JIRA_PROJECT_MAP: projectMap,
    AGENT_ID: 'cmap-sandbox',
    RUNNER_IMAGES: '*',
    ...Object.fromEntries(tokens),
  };
}

/** The settings of a deployment that knows nothing of Jira; `JIRA_PROJECT_MAP` is the map of every one. */
export function dropJiraSettings(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => name === 'JIRA_PROJECT_MAP' || !name.startsWith('JIRA_')),
  );
}

export function functionsEnvironment(credentials: EnvironmentCredentials): Record<string, string> {
  return {
    CMAP_ADMIN_SECRET: credentials.adminSecret,
    GITLAB_WEBHOOK_SECRET: credentials.gitlabWebhookSecret,
    JIRA_WEBHOOK_SECRET: credentials.jiraWebhookSecret,
  };
}

/** The scripted model, or the model that the caller's environment names. */
export function runnerEnvironment({ model }: EnvironmentAddresses, outer: NodeJS.ProcessEnv): Record<string, string> {
  if (model) {
    return {
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_PROVIDER_BASE_URL: model.url,
      COPILOT_PROVIDER_API_KEY: model.apiKey,
      COPILOT_MODEL: 'scripted',
    };
  }
  const names = Object.keys(outer).filter((name) => name.startsWith('COPILOT_') || name === 'GITHUB_TOKEN');
  return Object.fromEntries(names.map((name) => [name, outer[name] ?? '']));
}

/** Whether the caller brings a model of its own. */
export function bringsOwnModel(outer: NodeJS.ProcessEnv): boolean {
  return Boolean(outer['COPILOT_PROVIDER_BASE_URL'] || outer['GITHUB_TOKEN']);
}
