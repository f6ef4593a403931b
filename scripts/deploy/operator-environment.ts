import * as z from 'zod';

import { captureOrFail } from './step-error.ts';
import type { DeployTools } from './tools.ts';

/**
 * What `cmap` needs to look at the deployment from here: its settings, and what it signs in to Jira with where there is
 * a Jira.
 */
export async function readOperatorEnvironment(tools: DeployTools): Promise<Record<string, string>> {
  const settings = z.record(z.string(), z.string()).parse(JSON.parse(tools.facts.get('command_line_settings') ?? '{}'));
  if (!settings['JIRA_URL']) return settings;
  const secrets = settings['JIRA_OAUTH_CLIENT_ID'] ? OAUTH_SECRETS : { JIRA_API_TOKEN: 'jira-api-token' };
  const environment = { ...settings };
  for (const [setting, secret] of Object.entries(secrets)) environment[setting] = await readSecret(secret, tools);
  return environment;
}

const OAUTH_SECRETS = {
  JIRA_OAUTH_CLIENT_SECRET: 'jira-oauth-client-secret',
  JIRA_OAUTH_REFRESH_TOKEN: 'jira-oauth-refresh-token',
};

async function readSecret(name: string, tools: DeployTools): Promise<string> {
  const show = ['az', 'keyvault', 'secret', 'show', '--vault-name', '<key_vault>', '--name', name];
  const { stdout } = await captureOrFail([...show, '--query', 'value', '--output', 'tsv'], tools);
  return stdout.trim();
}
