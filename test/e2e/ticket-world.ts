import { setTimeout as delay } from 'node:timers/promises';
import { startWorld, type World, type WorldOptions } from '../../sandbox/environment/start-environment.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { renderMapping } from '../../shared/domain/mapping/render-mapping.ts';
import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';

type Source = Parameters<typeof resolveBinding>[0];

export const ADA = 'ada';
export const BOB = 'bob';
export const AGENT = 'cmap';

/** A deployment with one repository per Jira project, Ada and Bob, and the scripted model. */
export async function startTicketWorld(
  sources: Source[],
  options: Partial<WorldOptions> & {
    workflows?: Record<string, WorldOptions['jira']['projects'][number]['workflow']>;
  } = {},
): Promise<World> {
  const { workflows = {}, ...rest } = options;
  return startWorld({
    gitlab: {
      users: [
        { username: ADA, name: 'Ada Lovelace' },
        { username: BOB, name: 'Bob *the* [reviewer](/admin)' },
        { username: 'cmap-bot', name: 'cmap', bot: true, tokens: ['glpat-ticket-world-token'] },
      ],
      projects: sources.map(({ repo }) => ({
        path: repo,
        files: { 'README.md': '# Test\n' },
        members: { [ADA]: 40, [BOB]: 40, 'cmap-bot': 30 },
      })),
    },
    jira: {
      users: [
        { accountId: ADA, displayName: 'Ada Lovelace' },
        { accountId: BOB, displayName: 'Bob' },
        { accountId: AGENT, displayName: 'cmap', emailAddress: 'cmap@example.com', apiToken: 'jira-ticket-world' },
      ],
      projects: sources.map(({ jira_project: key }) => ({
        key,
        ...(workflows[key] ? { workflow: workflows[key] } : {}),
      })),
    },
    credentials: {
      gitlabTokens: { default: 'glpat-ticket-world-token' },
      jira: { email: 'cmap@example.com', apiToken: 'jira-ticket-world' },
      adminSecret: 'admin-ticket-world-0123',
      gitlabWebhookSecret: 'hook-ticket-world-0123',
      jiraWebhookSecret: 'hook-ticket-world-0123',
    },
    projectMap: JSON.stringify(renderMapping(sources.map((source) => resolveBinding(source)))),
    scenarios: await loadScenarios(),
    maxRunners: 4,
    ...rest,
  });
}

/** Looks until it is so; fails with what was waited for after a minute and a half. */
export async function until(what: string, look: () => boolean | Promise<boolean>, withinMs = 90_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`It did not happen: ${what}`);
    await delay(50);
  }
}

/** Our comments of one purpose on an issue. */
export function ownComments(world: World, key: string, purpose: string): string[] {
  return world.jira
    .comments(key)
    .filter(({ authorId, markdown }) => authorId === AGENT && markdown.includes(`cmap · ${purpose} · `))
    .map(({ markdown }) => markdown);
}
