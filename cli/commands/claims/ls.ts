import { z } from 'zod';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan } from '../../output/format-time.ts';

export const ClaimsLsOptions = z.object({ json: z.boolean().default(false) });
export type ClaimsLsOptions = z.infer<typeof ClaimsLsOptions>;

/** Lists which run holds which issue or merge request, and until when. */
export async function claimsLs(
  { json }: ClaimsLsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const { scopes } = await tools.storage();
  const locks = await scopes.list();
  const now = io.clock.now();
  const claims = locks.map(({ version: _, expiresAt, ...lock }) => ({
    ...lock,
    expiresAt: toIso(expiresAt),
    expired: expiresAt <= now,
  }));
  const rows = locks.map(({ scope, runId, holder, expiresAt, waiting }) => [
    scope,
    runId,
    holder,
    expiresAt > now ? `in ${formatSpan(expiresAt - now)}` : `${formatSpan(now - expiresAt)} ago`,
    waiting.join(' ') || '-',
  ]);
  const text = () =>
    rows.length > 0 ? formatTable(['SCOPE', 'RUN', 'HOLDER', 'ENDS', 'WAITING'], rows, io) : 'Nothing is claimed.';
  return answer({ json, document: { claims }, text }, io);
}
