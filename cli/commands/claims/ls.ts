import * as z from 'zod';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { nameHolder } from '../../clients/held-by-person.ts';
import { aboutScopes, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan } from '../../output/format-time.ts';
import { nameScope } from '../../output/name-scope.ts';

export const ClaimsLsOptions = z.object({ json: z.boolean().default(false) });
export type ClaimsLsOptions = z.infer<typeof ClaimsLsOptions>;

/** Lists which run holds which issue or merge request, and until when. */
export async function claimsLs(
  { json }: ClaimsLsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const storage = await tools.storage();
  const { scopes } = storage;
  const locks = await scopes.list();
  const now = io.clock.now();
  const claims = locks.map(({ version: _, expiresAt, ...lock }) => ({
    ...lock,
    expiresAt: toIso(expiresAt),
    expired: expiresAt <= now,
  }));
  const readPaths = createProjectPaths(async () => storage, io.env);
  const paths = await readPaths(json ? [] : aboutScopes(locks.map(({ scope }) => scope)));
  const rows = locks.map(({ scope, runId, holder, expiresAt, waiting }) => [
    nameScope(scope, paths),
    runId,
    nameHolder({ holder }),
    expiresAt > now ? `in ${formatSpan(expiresAt - now)}` : `${formatSpan(now - expiresAt)} ago`,
    waiting.join(' ') || '-',
  ]);
  const text = () =>
    rows.length > 0
      ? formatTable(['CLAIM', 'RUN', 'HOLDER', 'ENDS', 'WAITING'], rows, { ...io, cut: ['HOLDER', 'CLAIM'] })
      : 'Nothing is claimed.';
  return answer({ json, document: { claims }, text }, io);
}
