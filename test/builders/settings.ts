import { type FunctionsSettings, parseFunctionsSettings } from '../../functions/app/settings.ts';
import { parseRunnerSettings, type RunnerSettings } from '../../runner-container/app/settings.ts';
import type { Environment } from '../../shared/adapters/key-vault/environment-credentials.ts';
import { formatSettingsProblems } from '../../shared/app/settings/format-problems.ts';

const COMMON: Environment = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  GITLAB_URL: 'https://gitlab.example.com',
  GITLAB_TOKEN: 'gitlab-token-of-a-test',
  JIRA_URL: 'https://example.atlassian.net',
  JIRA_EMAIL: 'agent@example.com',
  JIRA_API_TOKEN: 'jira-token-of-a-test',
  JIRA_PROJECT_MAP: '{"mappings":{}}',
};

/** An environment the functions start with; `undefined` takes a setting away. */
export function aFunctionsEnvironment(overrides: Environment = {}): Environment {
  return { ...COMMON, ...overrides };
}

/** An environment the runner starts with; `undefined` takes a setting away. */
export function aRunnerEnvironment(overrides: Environment = {}): Environment {
  return { ...COMMON, GITHUB_TOKEN: 'github-token-of-a-test', ...overrides };
}

/** Settings of the functions as their own parser makes them. */
export function someFunctionsSettings(overrides: Environment = {}): FunctionsSettings {
  const result = parseFunctionsSettings(aFunctionsEnvironment(overrides));
  if (!result.ok) throw new Error(formatSettingsProblems(result.problems));
  return result.settings;
}

/** Settings of the runner as their own parser makes them. */
export function someRunnerSettings(overrides: Environment = {}): RunnerSettings {
  const result = parseRunnerSettings(aRunnerEnvironment(overrides));
  if (!result.ok) throw new Error(formatSettingsProblems(result.problems));
  return result.settings;
}
