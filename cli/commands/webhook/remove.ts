import * as z from 'zod';
import { findAppUrl } from '../../clients/find-app-url.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTable } from '../../output/format-table.ts';
import { refuse } from '../../output/refuse.ts';
import { GITLAB_PATH, isSameAddress } from './hook-address.ts';
import { inEachRepository, type Outcome, WhereOptions } from './repositories.ts';

export const WebhookRemoveOptions = z.object({
  ...WhereOptions.shape,
  url: z.string().optional(),
  yes: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});
export type WebhookRemoveOptions = z.infer<typeof WebhookRemoveOptions>;

interface Removed {
  action: 'removed' | 'absent';
  hookIds: number[];
}

/**
 * Deletes the hooks with the address of this app; without `--yes` it only says which. Exit code 1 when a repository
 * could not be done, 2 without `--yes` where there is something to delete.
 */
export async function webhookRemove(
  options: WebhookRemoveOptions,
  io: CliIO,
  tools: Pick<Tools, 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const { json, dryRun } = options;
  const url = `${findAppUrl(options.url, io.env)}${GITLAB_PATH}`;
  const isReal = options.yes && !dryRun;
  const repositories = await inEachRepository(options, tools, async (gitlab, { id }): Promise<Removed> => {
    const hookIds = (await gitlab.listProjectHooks(id)).filter((hook) => isSameAddress(hook.url, url)).map((h) => h.id);
    if (isReal) for (const hookId of hookIds) await gitlab.deleteProjectHook(id, hookId);
    return { action: hookIds.length > 0 ? 'removed' : 'absent', hookIds };
  });
  const count = repositories.reduce((sum, one) => sum + ('hookIds' in one ? one.hookIds.length : 0), 0);
  const document = { dryRun: !isReal, url, count, repositories };
  if (!options.yes && !dryRun && count > 0) {
    const error = `this would delete ${countOf(count, 'webhook')} to ${url}; nothing was deleted, repeat with --yes`;
    return refuse({ error, json, document, exitCode: 2 }, io);
  }
  return answer(
    {
      json,
      document,
      ok: repositories.every(({ action }) => action !== 'failed'),
      text: () => [
        formatTable(['REPOSITORY', 'RESULT', 'DETAIL'], repositories.map(toRow), io),
        '',
        `${url}: ${countOf(count, 'webhook')} ${isReal ? 'deleted' : 'to delete (nothing was deleted)'}`,
      ],
    },
    io,
  );
}

function toRow(result: Outcome<Removed>): string[] {
  if (result.action === 'failed') return [result.repo, 'FAIL', result.problem];
  return [result.repo, result.action, result.hookIds.map((id) => `hook ${id}`).join(', ')];
}
