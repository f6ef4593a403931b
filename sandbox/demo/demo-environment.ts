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

/** Starts the environment of the demo. Tokens are random, so that none can be found anywhere by looking for it. */
export async function startDemoEnvironment(
  options: DemoEnvironmentOptions,
  outer = process.env,
): Promise<DemoEnvironment> {
  const token = (prefix: string) => `${prefix}${randomBytes(16).toString('hex')}`;
  const [defaultToken, platformToken, jiraToken] = [token('glpat-'), token('glpat-'), token('jira-')];
  const ada = {
    gitlabToken: new Secret(token('glpat-')),
    jiraEmail: 'ada@example.com',
    jiraToken: new Secret(token('jira-')),
  };
  const scenarios = [...(await loadScenarios(path.join(import.meta.dirname, 'scenarios'))), ...(await loadScenarios())];
  const credentials = {
    gitlabTokens: { default: defaultToken, platform_team: platformToken },
    jira: { email: 'cmap@example.com', apiToken: jiraToken },
    adminSecret: token('admin-'),
    gitlabWebhookSecret: token('hook-'),
    jiraWebhookSecret: token('hook-'),
  };
  const environment = await startEnvironment({
    gitlab: {
      users: [
        { username: ADA.username, name: ADA.displayName, tokens: [ada.gitlabToken.reveal()] },
        { username: 'cmap-greetings', name: 'cmap', bot: true, tokens: [defaultToken] },
        { username: 'cmap-platform', name: 'cmap', bot: true, tokens: [platformToken] },
      ],
      projects: [
        { path: 'group/greetings', files: GREETINGS, members: { ada: 40, 'cmap-greetings': 30 } },
        {
          path: 'platform/status',
          defaultBranch: 'develop',
          files: UPTIME_TOOL,
          members: { ada: 40, 'cmap-platform': 30 },
        },
      ],
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
      projects: [{ key: 'PROJ' }, { key: 'OPS' }],
    },
    credentials,
    projectMap: renderDemoMap(),
    ...(bringsOwnModel(outer) ? {} : { scenarios }),
    // Steps are debug lines; the narrator picks what a person wants to see.
    runnerEnv: { LOG_LEVEL: 'debug' },
    ...options,
  });
  return { ...environment, ada, functionsSecrets: functionsEnvironment(credentials) };
}

function renderDemoMap(): string {
  const parsed = parseMapping(DEMO_YAML);
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return JSON.stringify(renderMapping(parsed.bindings));
}
