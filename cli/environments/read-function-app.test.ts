import { expect, it } from 'vitest';
import { UsageError } from '../arguments/usage-error.ts';
import type { ProgramEnd } from '../io/run-az.ts';
import { readFunctionApp } from './read-function-app.ts';

const APPS = [{ name: 'func-cmap-prod', resourceGroup: 'rg-cmap', host: 'func-cmap-prod.azurewebsites.net' }];
const SETTINGS = {
  GITLAB_URL: 'https://gitlab.example.com',
  AzureWebJobsStorage__accountName: 'stcmapprod',
  AZURE_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
  FUNCTIONS_EXTENSION_VERSION: '~4',
  JIRA_URL: 'http://canary-of-a-wrong-address',
  JIRA_API_TOKEN: '@Microsoft.KeyVault(SecretUri=https://kv-cmap.vault.azure.net/secrets/jira-api-token)',
  CMAP_ADMIN_SECRET: 'canary-of-a-plain-secret',
};

type Answer = Partial<ProgramEnd> | object[];

function anAz(answers: Record<string, Answer>) {
  const commands: string[] = [];
  const az = async (args: readonly string[]): Promise<ProgramEnd> => {
    commands.push(args.join(' '));
    const words = args
      .slice(
        0,
        args.findIndex((word) => word.startsWith('-')),
      )
      .join(' ');
    const answer = answers[words] ?? {};
    const end: ProgramEnd = { kind: 'ended', code: 0, stdout: '', stderr: '' };
    return Array.isArray(answer) ? { ...end, stdout: JSON.stringify(answer) } : { ...end, ...answer };
  };
  return { az, commands };
}

const settings = Object.entries(SETTINGS).map(([name, value]) => ({ name, value, slotSetting: false }));

it('keeps values that are no secrets and where secrets stand, and says what it leaves out', async () => {
  const { az, commands } = anAz({ 'functionapp list': APPS, 'functionapp config appsettings list': settings });
  const read = await readFunctionApp({ app: 'Func-cmap-prod', subscription: 'sub-1' }, { az });

  expect(read).toEqual({
    stored: {
      from: 'function app func-cmap-prod',
      settings: {
        GITLAB_URL: 'https://gitlab.example.com',
        AzureWebJobsStorage__accountName: 'stcmapprod',
        FUNCTIONS_URL: 'https://func-cmap-prod.azurewebsites.net',
      },
      secrets: { JIRA_API_TOKEN: { vault: 'https://kv-cmap.vault.azure.net', secret: 'jira-api-token' } },
    },
    leftOut: [
      'CMAP_ADMIN_SECRET, a secret whose value stands in the settings of the app: move it into a Key Vault, or set the variable in the shell',
      'JIRA_URL, whose value must begin with https:// (http:// is accepted for this machine only)',
      '2 settings that no command reads',
    ],
  });
  expect(JSON.stringify(read)).not.toContain('canary');
  expect(commands).toEqual([
    'functionapp list --subscription sub-1 --output json --query [].{name:name,resourceGroup:resourceGroup,host:defaultHostName}',
    'functionapp config appsettings list --name func-cmap-prod --resource-group rg-cmap --subscription sub-1 --output json',
  ]);
});

it.each([
  {
    name: 'the Azure CLI is missing',
    answers: { 'functionapp list': { kind: 'missing', code: 127 } },
    message:
      'the Azure CLI is not on this machine: install az (https://aka.ms/azure-cli), run `az login`, then try again',
  },
  {
    name: 'no one is signed in',
    answers: { 'functionapp list': { code: 1, stderr: 'ERROR: Please run az login' }, 'account show': { code: 1 } },
    message:
      'you are not signed in to Azure, or not to this subscription: run `az login`, then try again (`az account list` shows the subscriptions)',
  },
  {
    name: 'it takes too long',
    answers: { 'functionapp list': { kind: 'late', code: 1 } },
    message: 'Azure did not answer az within two minutes: try again in a moment',
  },
  {
    name: 'there is no such app',
    answers: { 'functionapp list': [] },
    message:
      'there is no function app func-cmap-prod in the subscription az is set to, or you may not see it; `az account list` shows the subscriptions, --subscription names one',
  },
  {
    name: 'the role is missing',
    answers: {
      'functionapp list': APPS,
      'functionapp config appsettings list': { code: 1, stderr: 'ERROR: (AuthorizationFailed)\n no action' },
    },
    message: 'az functionapp config appsettings list did not succeed: ERROR: (AuthorizationFailed) no action',
  },
  {
    name: 'it prints something else',
    answers: { 'functionapp list': { stdout: 'canary' } },
    message: 'az printed something other than JSON: update it with `az upgrade`, then try again',
  },
])('is one sentence when $name', async ({ answers, message }) => {
  const { az } = anAz(answers as Record<string, Answer>);
  await expect(readFunctionApp({ app: 'func-cmap-prod' }, { az })).rejects.toThrow(new UsageError(message));
});
