import { z } from 'zod';

import { parseMapping } from '../../shared/mapping/parse-mapping.ts';
import { type RequiredCredential, requiredCredentials } from '../../shared/mapping/required-credentials.ts';
import { checkEnvironment } from '../check-environment.ts';
import { formatTable } from '../format-table.ts';
import type { CliIO } from '../io.ts';
import { countOf, printProblems } from '../print-problems.ts';
import { readInput } from '../read-input.ts';

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
