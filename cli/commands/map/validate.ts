import * as z from 'zod';
import { hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import {
  type RequiredCredential,
  requiredCredentials,
  requiredEventSecrets,
  requiredRunnerSecrets,
} from '../../../shared/domain/mapping/required-credentials.ts';
import { findSharedRepositories } from '../../../shared/domain/mapping/shared-repositories.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import { checkEnvironment } from '../../clients/check-environment.ts';
import type { CliIO } from '../../io/io.ts';
import { nameInput } from '../../io/read-mapping.ts';
import { readMappings } from '../../io/read-mappings.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { describeSharedRepository } from '../../output/describe-shared-repository.ts';
import { formatTable } from '../../output/format-table.ts';
import { refuseMappings } from '../../output/refuse-mapping.ts';

export const ValidateOptions = z.object({
  paths: z.array(z.string()).min(1),
  checkEnv: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ValidateOptions = z.infer<typeof ValidateOptions>;

/**
 * Checks a mapping file and says which credentials it needs. Reads one file, opens no connection, resolves with the
 * exit code.
 */
export async function validate({ paths, checkEnv, json }: ValidateOptions, io: CliIO): Promise<number> {
  const mapping = await readMappings(paths, io);
  if ('bad' in mapping) return refuseMappings({ bad: mapping.bad, json }, io);
  const path = mapping.files.map(nameInput).join(', ');

  const { bindings } = mapping;
  const count = createBindings(bindings).entries.length;
  const credentials = requiredCredentials(bindings);
  const events = requiredEventSecrets(bindings);
  const secrets = requiredRunnerSecrets(bindings);
  const missing = checkEnv ? checkEnvironment([...credentials, ...events, ...secrets], io) : [];
  const reviewed = bindings.filter((binding) => !hasJiraProject(binding)).map(({ repo }) => repo);
  const warnings = findSharedRepositories(bindings).map(describeSharedRepository);
  if (!json) {
    for (const line of warnings) io.warn(`${path}: warning: ${line}`);
    for (const line of missing) io.warn(`${path}: ${line}`);
  }
  const document = {
    path,
    bindings: count,
    credentials,
    ...(reviewed.length > 0 ? { reviewsOnly: reviewed } : {}),
    ...(events.length > 0 ? { events } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(checkEnv ? { missing } : {}),
  };
  const text = () => [
    `${path}: ${countOf(count, 'binding')}, no problems`,
    ...describeReviewed(reviewed),
    '',
    'Credentials, each as an environment variable or a Key Vault secret:',
    formatCredentials('CREDENTIAL', credentials, io),
    ...(events.length > 0
      ? ['', 'Webhooks of events, each secret in the same places:', formatCredentials('WEBHOOK', events, io)]
      : []),
  ];
  return answer({ json, document, text, ok: missing.length === 0 }, io);
}

/** A Jira project may have been forgotten. */
function describeReviewed(repos: readonly string[]): string[] {
  if (repos.length === 0) return [];
  return [`Reviews and answers only, without a Jira project: ${nameSome(repos, MOST_NAMED)}`];
}

function formatCredentials(
  title: string,
  credentials: readonly RequiredCredential[],
  { color, columns }: Pick<CliIO, 'color' | 'columns'>,
): string {
  const rows = credentials.map(({ ref, environmentName, keyVaultName, usedBy, place }) => [
    ref,
    place === 'keyvault' ? '-' : environmentName,
    place === 'env' ? '-' : keyVaultName,
    nameSome(usedBy, MOST_NAMED),
  ]);
  return formatTable([title, 'ENVIRONMENT', 'KEY VAULT', 'USED BY'], rows, { color, columns });
}

const MOST_NAMED = 5;
