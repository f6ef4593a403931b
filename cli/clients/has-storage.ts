import type { CliIO } from '../io/io.ts';

/** Whether a storage account is set, by whichever of its settings. */
export function hasStorage(env: CliIO['env']): boolean {
  return Object.entries(env).some(([name, text]) => /^AzureWebJobsStorage/.test(name) && text?.trim());
}
