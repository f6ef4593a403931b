import { inject } from 'vitest';

import {
  type Environment,
  type EnvironmentOptions,
  startEnvironment,
} from '../../sandbox/environment/start-environment.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { takeAzurite } from '../share-azurite.ts';
import { withReadableTexts } from './with-readable-texts.ts';

/** Unique values: one that turns up outside the systems it belongs to has leaked. */
export const CANARIES = {
  defaultToken: 'glpat-canaryDefault0123456789',
  platformToken: 'glpat-canaryPlatform0123456789',
  jiraToken: 'canary-jira-0123456789abcdef',
  adminSecret: 'canary-admin-0123456789abcdef',
  gitlabWebhookSecret: 'canary-gitlab-hook-0123456789',
  jiraWebhookSecret: 'canary-jira-hook-0123456789',
};

export const GREETINGS = { 'greet.mjs': "export const greet = (name) => 'Hello';\n", 'README.md': '# Greetings\n' };

type Overrides = Partial<Omit<EnvironmentOptions, 'gitlab' | 'jira' | 'credentials'>> & {
  /** Added to the map, by Jira project. */
  bindings?: Record<string, object>;
  /** Added to GitLab. */
  projects?: EnvironmentOptions['gitlab']['projects'];
};

/**
 * Two Jira projects bound to two repositories with two tokens, each refused by the other's repository. Ada may do
 * everything. Timers stand still: a test fires them.
 */
export async function startTwoTeamsEnvironment({
  bindings = {},
  projects = [],
  ...overrides
}: Overrides = {}): Promise<Environment> {
  const keys = ['PROJ', 'OPS', ...Object.keys(bindings)];
  const mappings = {
    PROJ: { repo: 'group/service-a' },
    OPS: { repo: 'group/platform-tools', target_branch: 'develop', credential_ref: 'platform_team' },
    ...bindings,
  };
  const environment = await startEnvironment({
    gitlab: {
      users: [
        { username: 'ada', name: 'Ada' },
        { username: 'agent-a', bot: true, tokens: [CANARIES.defaultToken] },
        { username: 'agent-b', bot: true, tokens: [CANARIES.platformToken] },
      ],
      projects: [
        { path: 'group/service-a', members: { ada: 40, 'agent-a': 30 }, files: GREETINGS },
        {
          path: 'group/platform-tools',
          defaultBranch: 'develop',
          members: { ada: 40, 'agent-b': 30 },
          files: GREETINGS,
        },
        ...projects,
      ],
    },
    jira: {
      users: [
        { accountId: 'ada', displayName: 'Ada' },
        { accountId: 'agent', displayName: 'Agent', emailAddress: 'agent@example.com', apiToken: CANARIES.jiraToken },
      ],
      projects: [...new Set(keys)].map((key) => ({ key })),
    },
    credentials: {
      gitlabTokens: { default: CANARIES.defaultToken, platform_team: CANARIES.platformToken },
      jira: { email: 'agent@example.com', apiToken: CANARIES.jiraToken },
      adminSecret: CANARIES.adminSecret,
      gitlabWebhookSecret: CANARIES.gitlabWebhookSecret,
      jiraWebhookSecret: CANARIES.jiraWebhookSecret,
    },
    projectMap: JSON.stringify({ mappings }),
    scenarios: await loadScenarios(),
    programs: inject('programs'),
    azurite: takeAzurite(),
    ...overrides,
  });
  return withReadableTexts(environment);
}

/** An issue in the trigger status whose agent plays a scenario. */
export function createTriggeredIssue(
  environment: Environment,
  project: string,
  scenario: string,
  summary = 'Greet by name',
): string {
  return environment.jira.createIssue({ project, summary, description: `scenario: ${scenario}`, status: 'AI Ready' });
}

/** The agent's comments on an issue, without their footers. */
export function reportsOn(environment: Environment, key: string): string[] {
  return environment.jira
    .comments(key)
    .filter(({ authorId }) => authorId === 'agent')
    .map(({ markdown }) => markdown.split('\n\ncmap · ')[0] ?? '');
}
