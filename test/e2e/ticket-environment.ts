import { inject } from 'vitest';

import {
  type Environment,
  type EnvironmentOptions,
  startEnvironment,
} from '../../sandbox/environment/start-environment.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { renderMapping } from '../../shared/domain/mapping/render-mapping.ts';
import { resolveBindings } from '../../shared/domain/mapping/source/resolve-binding.ts';
import { takeAzurite } from '../share-azurite.ts';
import { withReadableTexts } from './with-readable-texts.ts';

type Source = Parameters<typeof resolveBindings>[0];

export const ADA = 'ada';
export const BOB = 'bob';
export const AGENT = 'cmap';

/** A deployment with the repositories of these bindings, Ada and Bob, and the scripted model. */
export async function startTicketEnvironment(
  sources: Source[],
  options: Partial<EnvironmentOptions> & {
    workflows?: Record<string, EnvironmentOptions['jira']['projects'][number]['workflow']>;
    /** Accounts of the Jira site besides Ada, Bob and the agent. */
    accounts?: EnvironmentOptions['jira']['users'];
    /** Keys of the projects that are service desks. */
    serviceDesks?: string[];
  } = {},
): Promise<Environment> {
  const { workflows = {}, accounts = [], serviceDesks = [], ...rest } = options;
  const bindings = sources.flatMap((source) => resolveBindings(source));
  const environment = await startEnvironment({
    gitlab: {
      users: [
        { username: ADA, name: 'Ada Lovelace' },
        { username: BOB, name: 'Bob *the* [reviewer](/admin)' },
        { username: 'cmap-bot', name: 'cmap', bot: true, tokens: ['glpat-ticket-environment-token'] },
      ],
      projects: [...new Set(bindings.map(({ repo }) => repo))].map((repo) => ({
        path: repo,
        files: { 'README.md': '# Test\n' },
        members: { [ADA]: 40, [BOB]: 40, 'cmap-bot': 30 },
      })),
    },
    jira: {
      users: [
        { accountId: ADA, displayName: 'Ada Lovelace' },
        { accountId: BOB, displayName: 'Bob' },
        {
          accountId: AGENT,
          displayName: 'cmap',
          emailAddress: 'cmap@example.com',
          apiToken: 'jira-ticket-environment',
        },
        ...accounts,
      ],
      projects: sources.map(({ jira_project: key = 'PROJ' }) => ({
        key,
        ...(serviceDesks.includes(key) ? { isServiceDesk: true } : {}),
        ...(workflows[key] ? { workflow: workflows[key] } : {}),
      })),
    },
    credentials: {
      gitlabTokens: { default: 'glpat-ticket-environment-token' },
      jira: { email: 'cmap@example.com', apiToken: 'jira-ticket-environment' },
      adminSecret: 'admin-ticket-environment-0123',
      gitlabWebhookSecret: 'hook-ticket-environment-0123',
      jiraWebhookSecret: 'hook-ticket-environment-0123',
    },
    projectMap: JSON.stringify(renderMapping(bindings)),
    scenarios: await loadScenarios(),
    programs: inject('programs'),
    azurite: takeAzurite(),
    maxRunners: 4,
    ...rest,
  });
  return withReadableTexts(environment);
}

/** Our comments of one purpose on an issue. */
export function ownComments(environment: Environment, key: string, purpose: string): string[] {
  return environment.jira
    .comments(key)
    .filter(({ authorId, markdown }) => authorId === AGENT && markdown.includes(`cmap · ${purpose} · `))
    .map(({ markdown }) => markdown);
}
