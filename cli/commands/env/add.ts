import * as z from 'zod';
import { UsageError } from '../../arguments/usage-error.ts';
import { changeEnvironments, type StoredEnvironment } from '../../environments/environments-file.ts';
import { readFunctionApp } from '../../environments/read-function-app.ts';
import { readGivenSettings } from '../../environments/read-given-settings.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';

const azureName = z.string().regex(/^[A-Za-z0-9][\w.()-]*$/, 'is no name in Azure');

export const EnvAddOptions = z.object({
  environment: z.string(),
  set: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat())
    .default([]),
  fromAzure: azureName.optional(),
  resourceGroup: azureName.optional(),
  // The name of a subscription may have spaces.
  subscription: z
    .string()
    .regex(/^[A-Za-z0-9]/, 'is no name in Azure')
    .optional(),
  json: z.boolean().default(false),
});
export type EnvAddOptions = z.infer<typeof EnvAddOptions>;

/**
 * Adds an environment or changes one: what a function app has replaces what was there, `--set` goes over it. Values of
 * secrets are kept nowhere; where they stand is.
 * @throws {UsageError} when something given cannot be kept, or Azure does not answer
 */
export async function envAdd(options: EnvAddOptions, io: CliIO): Promise<number> {
  const { environment: name, fromAzure: app, resourceGroup, subscription, set, json } = options;
  refuseName(name);
  if (app === undefined && (resourceGroup ?? subscription) !== undefined)
    throw new UsageError('--resource-group and --subscription say where an app is: name it by --from-azure');
  if (app === undefined && set.length === 0)
    throw new UsageError('env add needs --from-azure APP, or --set NAME=VALUE; see cmap env add --help');
  const given = readGivenSettings(set, name);
  const read = app === undefined ? undefined : await readFunctionApp({ app, resourceGroup, subscription }, io);
  for (const line of read?.leftOut ?? []) io.warn(`cmap: left out: ${line}`);

  let added = true;
  let stored: StoredEnvironment = { settings: {}, secrets: {} };
  await changeEnvironments((before) => {
    const old = before.byName.get(name);
    added = old === undefined;
    stored = join(read?.stored ?? old ?? stored, given);
    return { ...before, byName: new Map([...before.byName, [name, stored]]) };
  }, io);
  const settings = Object.keys(stored.settings).length;
  const secrets = Object.keys(stored.secrets).length;
  const text = () => [
    `${name} is ${added ? 'added' : 'changed'}: ${countOf(settings, 'setting')}, and where ${countOf(secrets, 'secret')} ${secrets === 1 ? 'stands' : 'stand'}`,
    `\`cmap env use ${name}\` has commands work on it; \`cmap doctor --env ${name}\` says whether it can be reached`,
  ];
  return answer({ json, document: { name, added, ...stored, leftOut: read?.leftOut ?? [] }, text }, io);
}

function refuseName(name: string): void {
  if (/^[A-Za-z0-9][\w.-]{0,62}$/.test(name)) return;
  throw new UsageError(
    'the name of an environment is a short one of letters, digits, dots, dashes and underscores, such as prod',
  );
}

/** A setting is a value or stands in a vault, never both. */
function join(before: StoredEnvironment, given: Pick<StoredEnvironment, 'settings' | 'secrets'>): StoredEnvironment {
  return {
    ...before,
    settings: { ...without(before.settings, given.secrets), ...given.settings },
    secrets: { ...without(before.secrets, given.settings), ...given.secrets },
  };
}

function without<T>(record: Readonly<Record<string, T>>, names: object): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !Object.hasOwn(names, name)));
}
