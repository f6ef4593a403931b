import { parseSecretName, toKeyVaultName } from '../../shared/domain/mapping/credential-names.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { StoredEnvironment } from './environments-file.ts';
import { findNearSetting, findSetting, judgeSetting } from './known-settings.ts';

/** Reads `NAME=VALUE` of a person. @throws {UsageError} naming the first that cannot be kept, never its value */
export function readGivenSettings(
  given: readonly string[],
  environment: string,
): Pick<StoredEnvironment, 'settings' | 'secrets'> {
  const kept: { settings: Record<string, string>; secrets: StoredEnvironment['secrets'] } = {
    settings: {},
    secrets: {},
  };
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError('--set needs NAME=VALUE, such as --set GITLAB_URL=https://gitlab.example.com');
    const name = findSetting(text.slice(0, at).trim());
    if (name === undefined) throw new UsageError(describeUnknown(text.slice(0, at).trim()));
    const judged = judgeSetting(name, text.slice(at + 1));
    if (judged.kind === 'secret') throw new UsageError(describeSecret(name, environment));
    if (judged.kind === 'invalid') throw new UsageError(`--set ${name} ${judged.problem}`);
    if (judged.kind === 'value') kept.settings[name] = judged.value;
    else kept.secrets = { ...kept.secrets, [name]: judged.reference };
  }
  return kept;
}

/** The word may be a secret that was put in the place of a name, so that only what looks like a name is repeated. */
function describeUnknown(name: string): string {
  const shown = /^[A-Z][A-Z_]{2,40}$/.test(name) ? name : 'what stands before =';
  const near = findNearSetting(name);
  return `--set: ${shown} is no setting of a command; ${near ? `did you mean ${near}?` : 'docs/configuration.md lists them'}`;
}

function describeSecret(name: string, environment: string): string {
  const found = parseSecretName(name);
  const secret = found ? toKeyVaultName(found.ref, found.family) : name.toLowerCase().replaceAll('_', '-');
  return `--set: ${name} would hold a secret, and no secret is kept: put it into a Key Vault and say where, as in \`cmap env add ${environment} --set "${name}=@Microsoft.KeyVault(VaultName=kv-cmap;SecretName=${secret})"\`, or set the variable in the shell`;
}
