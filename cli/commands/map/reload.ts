import * as z from 'zod';
import { askReload, type ReloadAnswer } from '../../../shared/adapters/http/ask-reload.ts';
import { isUnresolvedReference } from '../../../shared/adapters/key-vault/key-vault-reference.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findAppUrl } from '../../clients/find-app-url.ts';
import { ONLY_IN_AZURE, withSecrets } from '../../clients/read-tool-settings.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatSpan } from '../../output/format-time.ts';
import { refuse } from '../../output/refuse.ts';

export const ReloadOptions = z.object({
  url: z.string().optional(),
  dryRun: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ReloadOptions = z.infer<typeof ReloadOptions>;

/**
 * Has the deployment read its map anew and put it in force, or with `--dry-run` only say what that would change. Exit
 * code 1 when the map cannot be used, or the deployment does not answer.
 */
export async function reload(
  { url, dryRun, json }: ReloadOptions,
  io: CliIO,
  ask: typeof askReload = askReload,
): Promise<number> {
  const appUrl = findAppUrl(url, io.env);
  const said = await ask({ appUrl, secret: await readAdminSecret(io), dryRun });
  if (said.kind !== 'reloaded') return refuse({ ...describeRefusal(said, appUrl), json }, io);
  const { kind: _, ...document } = said;
  return answer({ json, document: { dryRun, ...document }, text: () => describe(said, dryRun) }, io);
}

const NAME = 'CMAP_ADMIN_SECRET';

/** @throws {UsageError} where it is not set, or is a reference that only Azure resolves */
async function readAdminSecret(io: Pick<CliIO, 'env' | 'environment'>): Promise<Secret> {
  const text = (await withSecrets([NAME], io))[NAME]?.trim();
  if (!text) throw new UsageError(`${NAME} is missing: set it as the functions have it.`);
  if (isUnresolvedReference(text)) throw new UsageError(`${NAME} ${ONLY_IN_AZURE}.`);
  return new Secret(text);
}

function describe(
  { generation, added, removed, changed, warnings }: Extract<ReloadAnswer, { kind: 'reloaded' }>,
  dryRun: boolean,
): string[] {
  const lines = [
    ...added.map((key) => `+ ${key}`),
    ...removed.map((key) => `- ${key}`),
    ...changed.map(({ jiraProject, fields }) => `~ ${jiraProject}: ${fields.join(', ')}`),
  ];
  const said = `${countOf(added.length, 'binding')} more, ${removed.length} fewer, ${changed.length} changed`;
  return [
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    dryRun
      ? `${said}; nothing was changed, generation ${generation} stays in force`
      : `${said}; generation ${generation} is in force`,
    ...warnings.map(({ where, message }) => `${where}: ${message}`),
  ];
}

interface Refused {
  error: string;
  document?: object;
}

function describeRefusal(said: Exclude<ReloadAnswer, { kind: 'reloaded' }>, appUrl: string): Refused {
  switch (said.kind) {
    case 'refused': {
      const problems = said.problems.map(({ where, message }) => `\n  ${where}: ${message}`).join('');
      return {
        error: `the map cannot be used, and the one before stays in force:${problems}`,
        document: { problems: said.problems },
      };
    }
    case 'later':
      return { error: `the deployment wants to be asked again in ${formatSpan(said.waitMs)}` };
    case 'unauthorized':
      return { error: `${appUrl} does not take this ${NAME}: it is not the one the functions have` };
    case 'unreachable':
      return { error: `${appUrl} did not answer: check FUNCTIONS_URL and whether this machine may reach it` };
    case 'odd':
      return {
        error: `${appUrl} answered ${said.status}, which no reload does: check FUNCTIONS_URL, and whether the app is healthy (${appUrl}/api/health)`,
      };
  }
}
