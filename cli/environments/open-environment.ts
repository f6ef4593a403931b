import { formatKeyVaultReference, type SecretReference } from '../../shared/adapters/key-vault/key-vault-reference.ts';
import type { KeyVaultSecrets } from '../../shared/adapters/key-vault/key-vault-secrets.ts';
import { singleFlight } from '../../shared/kernel/once.ts';
import { createRedactor, type Redactor } from '../../shared/kernel/redaction/redact.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { createVaults } from '../clients/create-vaults.ts';
import type { CliIO } from '../io/io.ts';
import { layerSettings } from '../io/layer-settings.ts';
import type { NamedEnvironment } from '../io/named-environment.ts';
import { parseSettings } from '../io/read-env-file.ts';
import { describeFileError } from '../io/read-input.ts';
import { type ChosenEnvironment, chooseEnvironment } from './choose-environment.ts';
import { readEnvironments } from './environments-file.ts';

type Vaults = (uri: string) => KeyVaultSecrets;

/**
 * The surroundings of a command with the environment it works on, its settings below the variables of the shell. They
 * are the same where nothing names an environment. Secrets are read when a command needs them, each once, and masked in
 * what it prints.
 * @throws {UsageError} when there is no such environment, or its files cannot be used
 */
export async function openEnvironment(given: string | undefined, io: CliIO, vaults?: Vaults): Promise<CliIO> {
  const environments = await readEnvironments(io);
  const chosen = chooseEnvironment(given, environments, io);
  if (!chosen) return { ...io, environmentNames: [...environments.byName.keys()] };
  const { settings, secrets } = chosen.stored;
  const texts = Object.entries(secrets).map(([name, reference]) => [name, formatKeyVaultReference(reference)]);
  const own = { ...settings, ...Object.fromEntries(texts) };
  const env = layerSettings(io.shell, own, await readFileOf(chosen, io), io.env);
  const redactor = createRedactor();
  const openVault = vaults ?? createVaults(env);
  return {
    ...io,
    env,
    environment: { ...describe(chosen, env, own), readSecret: readSecrets(chosen, openVault, redactor), redactor },
    print: (text) => io.print(redactor.maskKnown(text)),
    tell: (text) => io.tell(redactor.maskKnown(text)),
    warn: (text) => io.warn(redactor.maskKnown(text)),
    writeFile: (file, content, options) =>
      io.writeFile(file, typeof content === 'string' ? redactor.maskKnown(content) : content, options),
  };
}

function describe(
  { name, chosenBy, stored }: ChosenEnvironment,
  env: CliIO['env'],
  own: CliIO['env'],
): Pick<NamedEnvironment, 'name' | 'chosenBy' | 'overridden' | 'references'> {
  const inUse = Object.entries(stored.secrets).filter(([setting]) => env[setting] === own[setting]);
  return {
    name,
    chosenBy,
    overridden: Object.keys(own).filter((setting) => env[setting] !== own[setting]),
    references: new Map(inUse.map(([setting, reference]) => [setting, describeReference(reference)])),
  };
}

/** Such as `jira-api-token of kv-cmap.vault.azure.net`. */
export function describeReference({ vault, secret, version }: SecretReference): string {
  return `${secret}${version === undefined ? '' : ` in its version ${version}`} of ${new URL(vault).host}`;
}

async function readFileOf({ name, stored: { file } }: ChosenEnvironment, io: CliIO): Promise<CliIO['env']> {
  if (file === undefined) return {};
  try {
    return parseSettings(new TextDecoder().decode(await io.readFile(file)));
  } catch (error) {
    throw new UsageError(
      `the settings of the environment ${name} cannot be read: ${file}: ${describeFileError(error)}; \`cmap env remove ${name}\` forgets it`,
      { cause: error },
    );
  }
}

function readSecrets(
  { name, stored }: ChosenEnvironment,
  openVault: Vaults,
  redactor: Redactor,
): NamedEnvironment['readSecret'] {
  const known = new Map<string, Secret>();
  return singleFlight(async (setting: string) => {
    const before = known.get(setting);
    if (before) return before;
    const reference = stored.secrets[setting];
    if (!reference) throw new Error(`${setting} is no secret of the environment ${name}`);
    const found = await openVault(reference.vault).find(reference.secret, reference.version);
    if (!found) {
      throw new UsageError(
        `${setting} of the environment ${name} is the secret ${describeReference(reference)}, which is not there: create it, or correct where it stands with \`cmap env add ${name} --set\``,
      );
    }
    redactor.add(found.value);
    known.set(setting, found.value);
    return found.value;
  });
}
