import { z } from 'zod';
import { type RequiredCredential, requiredCredentials } from '../../../shared/domain/mapping/required-credentials.ts';
import { parseMapping } from '../../../shared/domain/mapping/source/parse-mapping.ts';
import { checkEnvironment } from '../../clients/check-environment.ts';
import type { CliIO } from '../../io/io.ts';
import { readInput } from '../../io/read-input.ts';
import { formatTable } from '../../output/format-table.ts';
import { countOf, printProblems } from '../../output/print-problems.ts';

export const ValidateOptions = z.object({
  path: z.string(),
  checkEnv: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ValidateOptions = z.infer<typeof ValidateOptions>;

/** Checks a mapping file and says which credentials it needs. Reads one file, opens no connection, resolves with the exit code. */
export async function validate({ path, checkEnv, json }: ValidateOptions, io: CliIO): Promise<number> {
  const mapping = parseMapping(await readInput(path, io));
  if ('problems' in mapping) {
    const { problems } = mapping;
    if (json) io.print(JSON.stringify({ ok: false, path, problems }, null, 2));
    else printProblems(path, problems, io);
    return 1;
  }

  const { bindings } = mapping;
  const credentials = requiredCredentials(bindings);
  const missing = checkEnv ? checkEnvironment(credentials, io.env) : [];
  const ok = missing.length === 0;
  if (json) {
    io.print(
      JSON.stringify({ ok, path, bindings: bindings.length, credentials, ...(checkEnv ? { missing } : {}) }, null, 2),
    );
    return ok ? 0 : 1;
  }

  io.print(`${path}: ${countOf(bindings.length, 'binding')}, no problems`);
  io.print(
    `\nCredentials, each as an environment variable or a Key Vault secret:\n${formatCredentials(credentials, io)}`,
  );
  for (const line of missing) io.warn(`${path}: ${line}`);
  return ok ? 0 : 1;
}

function formatCredentials(credentials: readonly RequiredCredential[], { color }: Pick<CliIO, 'color'>): string {
  const rows = credentials.map(({ ref, environmentName, keyVaultName, usedBy }) => [
    ref,
    environmentName,
    keyVaultName,
    usedBy.length > MOST_NAMED
      ? `${usedBy.slice(0, MOST_NAMED).join(', ')} and ${usedBy.length - MOST_NAMED} more`
      : usedBy.join(', '),
  ]);
  return formatTable(['CREDENTIAL', 'ENVIRONMENT', 'KEY VAULT', 'USED BY'], rows, { color });
}

const MOST_NAMED = 5;
