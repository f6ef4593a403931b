import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { renderMapping } from '../../shared/domain/mapping/render-mapping.ts';
import { parseMapping } from '../../shared/domain/mapping/source/parse-mapping.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { bringsOwnModel, functionsEnvironment } from '../environment/environment-settings.ts';
import { type Environment, type EnvironmentOptions, startEnvironment } from '../environment/start-environment.ts';
import { loadScenarios } from '../model/load-scenarios.ts';
import { GREETINGS, UPTIME_TOOL } from './repositories.ts';

/** The one file a team writes; two Jira projects, two repositories, two tokens. */
export const DEMO_YAML = `defaults:
  target_branch: main
bindings:
  - jira_project: PROJ
    repo: group/greetings
    validate: node --test
    review: { resolution: resolve }
  - jira_project: OPS
    repo: platform/status
    target_branch: develop
    credential_ref: platform_team
    validate: sh check.sh
`;

/** The release that the demo makes and audits. */
export const DEMO_VERSION = '1.0.0';

/** The person who works with the agent in both systems. */
export const ADA = { accountId: 'ada', displayName: 'Ada Lovelace', username: 'ada' };

export type DemoEnvironmentOptions = Pick<
  EnvironmentOptions,
  'onLog' | 'timers' | 'functionsEnv' | 'azurite' | 'programs'
>;

export interface DemoEnvironment extends Environment {
  /** What Ada signs in to both systems with; no process of the product has it. */
  ada: { gitlabToken: Secret; jiraEmail: string; jiraToken: Secret };
  /** What opens the routes of the functions, as an operator has it for `cmap`. */
  functionsSecrets: Readonly<Record<string, string>>;
}

/** What a story plays on: the team's file, the repositories it names and the accounts that work there. */
export interface StorySetting {
  yaml: string;
  /** Folder with the answers of the scripted model for this story. */
  scenarios: string;
  /** Alias of the credential -> account of the agent behind it. */
  agents: Record<string, string>;
  repositories: Omit<EnvironmentOptions['gitlab']['projects'][number], 'members'>[];
  /** Path of a repository -> alias of the credential that opens it; `default` unless given. */
  credentialOf?: Record<string, string>;
  jiraProjects: string[];
}

/** Starts the environment of the demo and of `npm start`. */
export function startDemoEnvironment(options: DemoEnvironmentOptions, outer = process.env): Promise<DemoEnvironment> {
  const setting: StorySetting = {
    yaml: DEMO_YAML,
    scenarios: path.join(import.meta.dirname, 'scenarios'),
    agents: { default: 'cmap-greetings', platform_team: 'cmap-platform' },
    repositories: [
      { path: 'group/greetings', files: GREETINGS },
      { path: 'platform/status', defaultBranch: 'develop', files: UPTIME_TOOL },
    ],
    credentialOf: { 'platform/status': 'platform_team' },
    jiraProjects: ['PROJ', 'OPS'],
  };
  return startStoryEnvironment(setting, options, outer);
}

/** Starts the environment of a story. Tokens are random, so that none can be found anywhere by looking for it. */
export async function startStoryEnvironment(
  setting: StorySetting,
  options: DemoEnvironmentOptions,
  outer = process.env,
): Promise<DemoEnvironment> {
  const token = (prefix: string) => `${prefix}${randomBytes(16).toString('hex')}`;
  const jiraToken = token('jira-');
  const gitlabTokens = Object.fromEntries(Object.keys(setting.agents).map((alias) => [alias, token('glpat-')]));
  const ada = {
    gitlabToken: new Secret(token('glpat-')),
    jiraEmail: 'ada@example.com',
    jiraToken: new Secret(token('jira-')),
  };
  const scenarios = [...(await loadScenarios(setting.scenarios)), ...(await loadScenarios())];
  const agentOf = (repository: string) => setting.agents[setting.credentialOf?.[repository] ?? 'default'] ?? '';
  const credentials = {
    gitlabTokens,
    jira: { email: 'cmap@example.com', apiToken: jiraToken },
    adminSecret: token('admin-'),
    gitlabWebhookSecret: token('hook-'),
    jiraWebhookSecret: token('hook-'),
  };
  const environment = await startEnvironment({
    gitlab: {
      users: [
        { username: ADA.username, name: ADA.displayName, tokens: [ada.gitlabToken.reveal()] },
        ...Object.entries(setting.agents).map(([alias, username]) => ({
          username,
          name: 'cmap',
          bot: true,
          tokens: [gitlabTokens[alias] ?? ''],
        })),
      ],
      projects: setting.repositories.map((repository) => ({
        ...repository,
        members: { [ADA.username]: 40, [agentOf(repository.path)]: 30 },
      })),
    },
    jira: {
      users: [
        {
          accountId: ADA.accountId,
          displayName: ADA.displayName,
          emailAddress: ada.jiraEmail,
          apiToken: ada.jiraToken.reveal(),
        },
        { accountId: 'cmap', displayName: 'cmap', emailAddress: 'cmap@example.com', apiToken: jiraToken },
      ],
      projects: setting.jiraProjects.map((key) => ({ key })),
    },
    credentials,
    projectMap: renderMap(setting.yaml),
    ...(bringsOwnModel(outer) ? {} : { scenarios }),
    // Steps are debug lines; the narrator picks what a person wants to see.
    runnerEnv: { LOG_LEVEL: 'debug' },
    ...options,
  });
  return { ...environment, ada, functionsSecrets: functionsEnvironment(credentials) };
}

function renderMap(yaml: string): string {
  const parsed = parseMapping(yaml);
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return JSON.stringify(renderMapping(parsed.bindings));
}
