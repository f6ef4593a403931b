import * as z from 'zod';
import type { GitLab, Project } from '../../../shared/domain/ports/gitlab.ts';
import type { ProjectHook, ProjectHookSettings } from '../../../shared/domain/ports/project-hooks.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findAppUrl } from '../../clients/find-app-url.ts';
import { createTools, type KnownWebhookSecrets, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import { GITLAB_PATH } from './hook-address.ts';
import { buildJiraRule, formatJiraRule } from './jira-rule.ts';
import { eventsOf, planHook } from './plan-hook.ts';
import { inEachRepository, type Outcome, WhereOptions } from './repositories.ts';

export const WebhookInstallOptions = z.object({
  ...WhereOptions.shape,
  url: z.string().optional(),
  renewSecret: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});
export type WebhookInstallOptions = z.infer<typeof WebhookInstallOptions>;

interface Installed {
  action: 'created' | 'updated' | 'unchanged';
  /** Absent where a dry run would create it. */
  hookId?: number;
  differences?: string[];
  /** It is there, and its deliveries will be refused. */
  problem?: string;
}

/**
 * Makes the webhook of every repository as it should be, and says how Jira is set up. Doing it again changes nothing.
 * Exit code 1 when a repository could not be done; the others are.
 */
export async function webhookInstall(
  options: WebhookInstallOptions,
  io: CliIO,
  tools: Pick<Tools, 'bindings' | 'gitlab' | 'webhookSecrets'> = createTools(io),
): Promise<number> {
  const { json, dryRun } = options;
  const appUrl = findAppUrl(options.url, io.env);
  const { hasJiraSecret, ...secrets } = await tools.webhookSecrets();
  const settings = toSettings(`${appUrl}${GITLAB_PATH}`, secrets);
  const repositories = await inEachRepository(options, tools, (gitlab, project, binding) =>
    installHook(project, gitlab, { ...settings, ...eventsOf(binding) }, options),
  );
  const counts = { created: 0, updated: 0, unchanged: 0, failed: 0 };
  for (const { action } of repositories) counts[action] += 1;
  const jira = buildJiraRule(appUrl);
  return answer(
    {
      json,
      document: { dryRun, url: settings.url, counts, repositories, jira },
      ok: repositories.every(({ problem }) => problem === undefined),
      text: () => [
        formatTable(['REPOSITORY', 'RESULT', 'DETAIL'], repositories.map(toRow), io),
        '',
        `${settings.url}: ${formatCounts(counts)}${dryRun ? ' (dry run: nothing was changed)' : ''}`,
        '',
        ...formatJiraRule(jira, hasJiraSecret),
      ],
    },
    io,
  );
}

function toSettings(
  url: string,
  { gitlabSecret, gitlabSigningToken }: Omit<KnownWebhookSecrets, 'hasJiraSecret'>,
): ProjectHookSettings {
  if (!gitlabSecret && !gitlabSigningToken) {
    throw new UsageError(
      'GITLAB_WEBHOOK_SIGNING_TOKEN and GITLAB_WEBHOOK_SECRET are missing: set one as the functions have it, which refuse deliveries without',
    );
  }
  return {
    url,
    ...(gitlabSecret ? { token: gitlabSecret } : {}),
    ...(gitlabSigningToken ? { signingToken: gitlabSigningToken } : {}),
  };
}

async function installHook(
  { id }: Project,
  gitlab: GitLab,
  settings: ProjectHookSettings,
  { dryRun, renewSecret }: Pick<WebhookInstallOptions, 'dryRun' | 'renewSecret'>,
): Promise<Installed> {
  const plan = planHook(await gitlab.listProjectHooks(id), settings, { renewSecret });
  switch (plan.action) {
    case 'keep':
      return { action: 'unchanged', hookId: plan.hook.id, ...judge(plan.hook, settings) };
    case 'create': {
      if (dryRun) return { action: 'created' };
      const hook = await gitlab.createProjectHook(id, settings);
      return { action: 'created', hookId: hook.id, ...judge(hook, settings) };
    }
    case 'update': {
      const { hook, differences } = plan;
      if (dryRun) return { action: 'updated', hookId: hook.id, differences };
      const updated = await gitlab.updateProjectHook(id, hook, settings);
      return { action: 'updated', hookId: hook.id, differences, ...judge(updated, settings) };
    }
  }
}

/** A server that does not sign takes the signing token without a word. */
function judge(hook: ProjectHook, { token }: ProjectHookSettings): { problem?: string } {
  if (token || hook.hasSigningToken === true) return {};
  return {
    problem:
      'GitLab did not take the signing token (before 19.0 it signs nothing): set GITLAB_WEBHOOK_SECRET in the functions and here.',
  };
}

function toRow(result: Outcome<Installed>): string[] {
  const { repo, action, problem } = result;
  if (action === 'failed') return [repo, 'FAIL', problem];
  const { hookId, differences = [] } = result;
  const detail = [
    ...(hookId === undefined ? [] : [`hook ${hookId}`]),
    ...(differences.length === 0 ? [] : [`was: ${differences.join(', ')}`]),
    ...(problem === undefined ? [] : [`FAIL ${problem}`]),
  ];
  return [repo, action, detail.join('; ')];
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
