import { z } from 'zod';

import { captureOrFail } from './step-error.ts';
import type { DeployTools } from './tools.ts';

/** What `cmap` needs to look at the deployment from here: its settings, and the Jira token where there is a Jira. */
export async function readOperatorEnvironment(tools: DeployTools): Promise<Record<string, string>> {
  const settings = z.record(z.string(), z.string()).parse(JSON.parse(tools.facts.get('command_line_settings') ?? '{}'));
  if (!settings['JIRA_URL']) return settings;
  const show = ['az', 'keyvault', 'secret', 'show', '--vault-name', '<key_vault>', '--name', 'jira-api-token'];
  const { stdout } = await captureOrFail([...show, '--query', 'value', '--output', 'tsv'], tools);
  return { ...settings, JIRA_API_TOKEN: stdout.trim() };
}
