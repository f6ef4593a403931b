import * as z from 'zod';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import { fitText } from '../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from '../io/io.ts';
import { countOf } from '../output/count-of.ts';
import type { StoredEnvironment } from './environments-file.ts';
import { findSetting, judgeSetting } from './known-settings.ts';

export interface FunctionApp {
  app: string;
  /** Looked up unless given. */
  resourceGroup?: string | undefined;
  /** The one `az` is set to unless given. */
  subscription?: string | undefined;
}

export interface ReadFunctionApp {
  stored: StoredEnvironment;
  /** What was not kept and why, as sentences without any value. */
  leftOut: string[];
}

/**
 * Reads the settings of a deployed function app with the sign-in of the Azure CLI: values that are no secrets, and
 * where its secrets stand. Secrets that stand in the settings themselves are left out.
 * @throws {UsageError} in one sentence when `az` is missing or not signed in, or there is no such app
 */
export async function readFunctionApp(where: FunctionApp, io: Pick<CliIO, 'az'>): Promise<ReadFunctionApp> {
  const { app, resourceGroup, subscription } = where;
  const common = [...(subscription === undefined ? [] : ['--subscription', subscription]), '--output', 'json'];
  const group = resourceGroup === undefined ? [] : ['--resource-group', resourceGroup];
  const apps = await ask(Apps, ['functionapp', 'list', ...group, ...common, '--query', APPS], common, io);
  const found = apps.find(({ name }) => name.toLowerCase() === app.toLowerCase());
  if (!found) throw new UsageError(describeMissing(where));
  const named = ['--name', found.name, '--resource-group', found.resourceGroup];
  const list = await ask(
    AppSettings,
    ['functionapp', 'config', 'appsettings', 'list', ...named, ...common],
    common,
    io,
  );
  const { settings, secrets, leftOut } = sortSettings(list);
  return {
    stored: {
      from: `function app ${found.name}`,
      settings: { ...settings, ...(found.host ? { FUNCTIONS_URL: `https://${found.host}` } : {}) },
      secrets,
    },
    leftOut,
  };
}

const APPS = '[].{name:name,resourceGroup:resourceGroup,host:defaultHostName}';
const Apps = z.array(z.object({ name: z.string(), resourceGroup: z.string(), host: z.string().nullish() }));
const AppSettings = z.array(z.object({ name: z.string(), value: z.string().nullish() }));

function describeMissing({ app, resourceGroup, subscription }: FunctionApp): string {
  const group = resourceGroup === undefined ? '' : ` in the resource group ${resourceGroup}`;
  const place = subscription === undefined ? 'the subscription az is set to' : `the subscription ${subscription}`;
  return `there is no function app ${app}${group} in ${place}, or you may not see it; \`az account list\` shows the subscriptions, --subscription names one`;
}

/** These say who the app is. A person is another one, and signs in by `az login`. */
const OF_THE_APP = new Set(['AZURE_CLIENT_ID', 'AzureWebJobsStorage__clientId']);

function sortSettings(list: z.infer<typeof AppSettings>) {
  const settings: Record<string, string> = {};
  const secrets: Record<string, StoredEnvironment['secrets'][string]> = {};
  const leftOut: string[] = [];
  let foreign = 0;
  for (const { name: given, value } of list.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = findSetting(given);
    if (name === undefined || OF_THE_APP.has(name)) foreign += 1;
    else {
      const judged = judgeSetting(name, value ?? '');
      if (judged.kind === 'value') settings[name] = judged.value;
      else if (judged.kind === 'reference') secrets[name] = judged.reference;
      else if (judged.kind === 'secret') leftOut.push(`${name}, ${PLAIN_SECRET}`);
      else leftOut.push(`${name}, whose value ${judged.problem}`);
    }
  }
  if (foreign > 0) leftOut.push(`${countOf(foreign, 'setting')} that no command reads`);
  return { settings, secrets, leftOut };
}

const PLAIN_SECRET =
  'a secret whose value stands in the settings of the app: move it into a Key Vault, or set the variable in the shell';

/** What a command of `az` printed as JSON. */
async function ask<T>(
  schema: z.ZodType<T>,
  command: readonly string[],
  common: readonly string[],
  io: Pick<CliIO, 'az'>,
): Promise<T> {
  const { kind, code, stdout, stderr } = await io.az(command, { timeoutMs: 2 * MINUTE });
  if (kind === 'missing')
    throw new UsageError(
      'the Azure CLI is not on this machine: install az (https://aka.ms/azure-cli), run `az login`, then try again',
    );
  if (kind === 'late') throw new UsageError('Azure did not answer az within two minutes: try again in a moment');
  if (code === 0) return parse(schema, stdout);
  // The exit code is the same for every failure; this one asks nothing of the network.
  const account = await io.az(['account', 'show', ...common], { timeoutMs: MINUTE });
  if (account.code !== 0) throw new UsageError(NOT_SIGNED_IN);
  const said = fitText(oneLine(createRedactor().redact(stderr)), LONGEST);
  const words = command.slice(
    0,
    command.findIndex((word) => word.startsWith('-')),
  );
  throw new UsageError(`az ${words.join(' ')} did not succeed${said === '' ? '' : `: ${said}`}`);
}

const NOT_SIGNED_IN =
  'you are not signed in to Azure, or not to this subscription: run `az login`, then try again (`az account list` shows the subscriptions)';

const LONGEST = 500;

function parse<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The parser's own message quotes what it read, which may hold secrets.
    throw new UsageError('az printed something other than JSON: update it with `az upgrade`, then try again');
  }
}
