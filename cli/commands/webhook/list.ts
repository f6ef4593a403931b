import type * as z from 'zod';
import type { ProjectHook } from '../../../shared/domain/ports/project-hooks.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import { isHookOfCmap } from './hook-address.ts';
import { eventsOf, listDifferences } from './plan-hook.ts';
import { inEachRepository, type Outcome, WhereOptions } from './repositories.ts';

export const WebhookListOptions = WhereOptions;
export type WebhookListOptions = z.infer<typeof WebhookListOptions>;

interface Listed {
  action: 'listed';
  hooks: { id: number; url: string; disabled: boolean; differences: string[] }[];
}

/**
 * Shows the webhooks whose address is that of a cmap, and no others: addresses of other services may hold secrets.
 * Exit code 1 when a repository could not be seen.
 */
export async function webhookList(
  options: WebhookListOptions,
  io: CliIO,
  tools: Pick<Tools, 'bindings' | 'gitlab' | 'webhookSecrets'> = createTools(io),
): Promise<number> {
  const { gitlabSecret: token, gitlabSigningToken: signingToken } = await tools.webhookSecrets();
  const secrets = { ...(token ? { token } : {}), ...(signingToken ? { signingToken } : {}) };
  const repositories = await inEachRepository(options, tools, async (gitlab, { id }, binding): Promise<Listed> => {
    const hooks = (await gitlab.listProjectHooks(id)).filter(({ url }) => isHookOfCmap(url));
    const wanted = { ...secrets, ...eventsOf(binding) };
    return { action: 'listed', hooks: hooks.map((hook) => toEntry(hook, wanted)) };
  });
  return answer(
    {
      json: options.json,
      document: { repositories: repositories.map(({ action: _, ...rest }) => rest) },
      ok: repositories.every(({ action }) => action !== 'failed'),
      text: () => formatTable(['REPOSITORY', 'HOOK', 'STATE', 'URL'], repositories.flatMap(toRows), io),
    },
    io,
  );
}

function toEntry(hook: ProjectHook, secrets: Parameters<typeof listDifferences>[1]): Listed['hooks'][number] {
  const { origin, pathname } = new URL(hook.url);
  const differences = listDifferences(hook, secrets);
  return { id: hook.id, url: `${origin}${pathname}`, disabled: hook.isDisabled, differences };
}

function toRows(result: Outcome<Listed>): string[][] {
  if (result.action === 'failed') return [[result.repo, '-', 'FAIL', result.problem]];
  if (result.hooks.length === 0) return [[result.repo, '-', 'none', '`cmap webhook install` creates it']];
  return result.hooks.map(({ id, url, disabled, differences }) => {
    const state = [...(disabled ? ['disabled by GitLab: test it there'] : []), ...differences];
    return [result.repo, String(id), state.join(', ') || 'ready', url];
  });
}
