import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from '../io/io.ts';

/**
 * Where a command asks a model on this machine, the settings have to name one: said before anything is begun.
 * @throws {UsageError}
 */
export function assertModelIsSet(env: CliIO['env']): void {
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  if (isSet('COPILOT_PROVIDER_BASE_URL') ? isSet('COPILOT_MODEL') : isSet('GITHUB_TOKEN')) return;
  throw new UsageError(
    isSet('COPILOT_PROVIDER_BASE_URL')
      ? 'no model is named: set COPILOT_MODEL to one that COPILOT_PROVIDER_BASE_URL has.'
      : 'no model can be asked: set GITHUB_TOKEN to a token with Copilot access, or COPILOT_PROVIDER_BASE_URL, COPILOT_PROVIDER_API_KEY and COPILOT_MODEL.',
  );
}
