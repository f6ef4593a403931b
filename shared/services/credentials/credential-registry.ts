import {
  type Environment,
  type EnvironmentCredentials,
  parseEnvironmentCredentials,
  parseEnvironmentVariable,
} from '../../adapters/key-vault/environment-credentials.ts';
import type { KeyVaultSecrets } from '../../adapters/key-vault/key-vault-secrets.ts';
import { parseTokenMap, type TokenMap } from '../../adapters/key-vault/token-map.ts';
import {
  GITLAB_TOKENS,
  ownsVaultSecret,
  parseAlias,
  parseTokenPlace,
  type SecretFamily,
  toEnvironmentName,
  toKeyVaultName,
} from '../../domain/mapping/credential-names.ts';
import { type Clock, MINUTE, SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { singleFlight } from '../../kernel/once.ts';
import { isOrdinaryWord } from '../../kernel/redaction/is-ordinary-word.ts';
import type { Redactor } from '../../kernel/redaction/redact.ts';
import type { Secret } from '../../kernel/secret.ts';

export interface CredentialDescription {
  alias: string;
  source: 'environment' | 'key-vault';
  /** The environment name or the name of the vault secret. */
  name: string;
  /** Why it cannot be used. */
  problem?: string;
}

/**
 * GitLab tokens, or the secrets of another family, by credential ref. Refs are case-insensitive. The environment wins
 * over the Key Vault, and there the secret of an alias (`gitlab-token--team`) over its entry in the secret
 * `gitlab-tokens`, a JSON object of many, where the family has one.
 */
export interface CredentialRegistry {
  /**
   * @throws {TaskError} `credential-unknown`, naming the ref and the aliases there are; `key-vault-forbidden` and
   * `key-vault-unavailable` when the vault had to be asked and did not answer. Never a value.
   */
  get(ref: string): Promise<Secret>;
  /** Asks the Key Vault again, after GitLab refused the value. Resolves whether the value changed. */
  reread(ref: string): Promise<boolean>;
  /**
   * Makes sure that the credential can be read now: the Key Vault is asked where its answer is older than a minute. One
   * that is only away passes while there is a value.
   * @throws {TaskError} as `get`.
   */
  confirm(ref: string): Promise<void>;
  /** Aliases known by now: all of the environment, and those found in the Key Vault so far. Sorted. */
  listAliases(): string[];
  /** Names and sources for health and start-up logs. */
  describe(): CredentialDescription[];
}

export interface CredentialRegistryDeps {
  /** The process environment; only what the names of the family begin with is read. */
  environment: Environment;
  /** Other secrets than GitLab tokens. */
  family?: SecretFamily;
  keyVault?: KeyVaultSecrets | undefined;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /**
   * Learns every value before it can be used, except ordinary words: masked in the texts of all teams, they would make
   * these unreadable and raise false alarms.
   */
  redactor?: Pick<Redactor, 'add'> | undefined;
}

/** A missing secret is asked for again after this time, so that a new alias works soon and a typo costs little. */
const ABSENT_TTL_MS = 30 * SECOND;
/** How long a value from the Key Vault is used without asking again. */
const TTL_MS = 5 * MINUTE;

const CONFIRMED_MS = 1 * MINUTE;

const NO_NAME = 'The credential_ref is not a name: use letters, digits and underscores.';

interface CacheEntry {
  readAt: number;
  /** `undefined`: the vault has no secret for the alias. */
  secret: Secret | undefined;
  /** The vault secret it stands in. */
  name: string;
  /** Why the vault has a value that cannot be used. */
  problem?: string | undefined;
  staleAt: number;
}

type Held = Pick<CacheEntry, 'secret' | 'name' | 'problem'>;

/** Creates the registry; no vault is asked before the first `get`. */
export function createCredentialRegistry(deps: CredentialRegistryDeps): CredentialRegistry {
  const { keyVault, clock, log, redactor, family = GITLAB_TOKENS } = deps;
  const { vaultMap = '' } = family;
  const vaultName = (alias: string) => toKeyVaultName(alias, family);
  const environment = parseEnvironmentCredentials(deps.environment, family);
  for (const [alias, { secret }] of environment.byAlias) know(alias, secret);
  const cache = new Map<string, CacheEntry>();
  const variables = new Map<string, Secret>();
  const refresh = keyVault && singleFlight((alias: string) => askVault(keyVault, alias));
  /** The tokens of the map as they were read last, by alias. */
  const ofMap = new Map<string, string>();
  const readMap = keyVault && vaultMap !== '' ? singleFlight(() => fetchMap(keyVault)) : undefined;

  /** Called for a value that was not known of the alias before. */
  function know(alias: string, secret: Secret): void {
    if (isOrdinaryWord(secret.reveal()))
      log.warn('credential is an ordinary word', { credentialRef: alias, kind: family.vault });
    else redactor?.add(secret);
  }

  async function get(ref: string): Promise<Secret> {
    const alias = parseAlias(ref);
    // It might be a token that was pasted in the wrong place: it is not repeated.
    if (!alias) throw new TaskError('credential-unknown', { detail: NO_NAME });
    const place = parseTokenPlace(alias);
    if (place?.kind === 'env') return readVariable(alias, place.name);
    const own = environment.byAlias.get(alias);
    if (own) return own.secret;
    const problem = environment.problems.find((candidate) => candidate.alias === alias);
    if (problem) throw new TaskError('credential-unknown', { detail: problem.message });
    const { secret, problem: ofTheVault } = refresh ? await lookUp(refresh, alias) : {};
    if (ofTheVault !== undefined) throw new TaskError('credential-unknown', { detail: ofTheVault });
    if (!secret) throw unknown(ref, alias, listAliases(), { family, hasVault: keyVault !== undefined });
    return secret;
  }

  /** A variable that the map names; the environment of a process never changes. */
  function readVariable(alias: string, name: string): Secret {
    const known = variables.get(alias);
    if (known) return known;
    const read = parseEnvironmentVariable(deps.environment, name, family);
    if ('problem' in read) throw new TaskError('credential-unknown', { detail: read.problem });
    know(alias, read.secret);
    variables.set(alias, read.secret);
    return read.secret;
  }

  async function lookUp(ask: (alias: string) => Promise<CacheEntry>, alias: string): Promise<CacheEntry> {
    const cached = cache.get(alias);
    if (cached && clock.now() < cached.staleAt) return cached;
    try {
      return await ask(alias);
    } catch (error) {
      // An outage of the vault must not stop work that has a value; a withdrawn permission must.
      if (!cached?.secret || !(error instanceof TaskError && error.code === 'key-vault-unavailable')) throw error;
      log.warn('credential not refreshed', { credentialRef: alias, error });
      return cached;
    }
  }

  /** A value that is withheld by now must not be given out any longer; one of a vault that is only away may. */
  async function askVault(vault: KeyVaultSecrets, alias: string): Promise<CacheEntry> {
    try {
      return await fetchEntry(vault, alias);
    } catch (error) {
      if (!(error instanceof TaskError && error.code === 'key-vault-unavailable')) cache.delete(alias);
      throw error;
    }
  }

  async function fetchEntry(vault: KeyVaultSecrets, alias: string): Promise<CacheEntry> {
    const found = await vault.find(vaultName(alias));
    if (found && cache.get(alias)?.secret?.reveal() !== found.value.reveal()) know(alias, found.value);
    // A secret that is named by its place is that one, whichever alias it was made for.
    const isNamed = parseTokenPlace(alias) !== undefined;
    const owned = found && (isNamed || ownsVaultSecret(alias, found.tags)) ? found : undefined;
    if (found && !owned)
      log.warn('credential belongs to another alias', { credentialRef: alias, vaultSecret: vaultName(alias) });
    const held: Held = owned ? { secret: owned.value, name: vaultName(alias) } : await findInMap(alias);
    const staleAt = clock.now() + (held.secret ? TTL_MS : ABSENT_TTL_MS);
    const entry = { ...held, readAt: clock.now(), staleAt };
    cache.set(alias, entry);
    return entry;
  }

  /**
   * Of the secret with many tokens, those that can be used. A text that is no map may be anything, and is masked as a
   * whole.
   */
  async function fetchMap(vault: KeyVaultSecrets): Promise<TokenMap | undefined> {
    const found = await vault.find(vaultMap);
    if (!found) return undefined;
    if (!isOrdinaryWord(found.value.reveal())) redactor?.add(found.value);
    const map = parseTokenMap(found.value);
    for (const [alias, secret] of map.byAlias) {
      if (ofMap.get(alias) !== secret.reveal()) know(alias, secret);
      ofMap.set(alias, secret.reveal());
    }
    return map;
  }

  async function findInMap(alias: string): Promise<Held> {
    if (parseTokenPlace(alias)) return { secret: undefined, name: vaultName(alias) };
    const found = await readMap?.();
    const problem = found?.problems.find((candidate) => candidate.alias === alias || candidate.alias === '*');
    const before = cache.get(alias);
    if (problem?.alias === '*' && before?.name === vaultMap && before.secret) {
      // A slip in one edit must not stop every team of the map; it says nothing about any of the tokens.
      log.error('credential map unreadable', {
        credentialRef: alias,
        vaultSecret: vaultMap,
        text: problem.message,
      });
      return { secret: before.secret, name: vaultMap };
    }
    return { secret: found?.byAlias.get(alias), name: vaultMap, problem: problem?.message };
  }

  async function reread(ref: string): Promise<boolean> {
    const alias = parseAlias(ref);
    // The environment of a process never changes.
    const isVariable = parseTokenPlace(alias ?? '')?.kind === 'env';
    if (!alias || !refresh || isVariable || isFixed(alias, environment)) return false;
    const before = cache.get(alias)?.secret?.reveal();
    const { secret } = await refresh(alias);
    const changed = secret !== undefined && secret.reveal() !== before;
    if (changed) log.info('credential changed', { credentialRef: alias });
    return changed;
  }

  async function confirm(ref: string): Promise<void> {
    const alias = parseAlias(ref);
    const isFresh = alias !== undefined && clock.now() - (cache.get(alias)?.readAt ?? 0) < CONFIRMED_MS;
    // What a failure means is seen by `get`: the value is given out no longer, or the vault is only away.
    if (!isFresh) await reread(ref).catch(() => undefined);
    await get(ref);
  }

  function listAliases(): string[] {
    const fromVault = [...cache].filter(([, { secret }]) => secret).map(([alias]) => alias);
    return [...environment.byAlias.keys(), ...variables.keys(), ...fromVault].toSorted();
  }

  function describe(): CredentialDescription[] {
    const usable = listAliases().map((alias): CredentialDescription => {
      const own = environment.byAlias.get(alias) ?? (variables.has(alias) ? parseTokenPlace(alias) : undefined);
      return own
        ? { alias, source: 'environment', name: own.name }
        : { alias, source: 'key-vault', name: cache.get(alias)?.name ?? vaultName(alias) };
    });
    const broken = environment.problems.map(
      ({ alias = '', name, message }): CredentialDescription => ({
        alias,
        source: 'environment',
        name,
        problem: message,
      }),
    );
    return [...usable, ...broken];
  }

  return { get, reread, confirm, listAliases, describe };
}

function isFixed(alias: string, { byAlias, problems }: EnvironmentCredentials): boolean {
  return byAlias.has(alias) || problems.some((problem) => problem.alias === alias);
}

function unknown(
  ref: string,
  alias: string,
  known: string[],
  { family, hasVault }: { family: SecretFamily; hasVault: boolean },
): TaskError {
  const place = parseTokenPlace(alias);
  if (place) {
    const where = hasVault
      ? `the Key Vault has no secret ${place.name}, or it is disabled`
      : 'there is no Key Vault: set KEY_VAULT_URI';
    return new TaskError('credential-unknown', { detail: `No credential "${alias}": ${where}.` });
  }
  const inVault = `the Key Vault secret ${toKeyVaultName(alias, family)}`;
  const own = toEnvironmentName(alias, family);
  const withVault = family.vaultMap
    ? `${own}, ${inVault} or its entry in the secret ${family.vaultMap}`
    : `${own} or ${inVault}`;
  const places = hasVault ? withVault : own;
  const available = known.length > 0 ? `Available: ${known.join(', ')}.` : 'No credential is configured.';
  return new TaskError('credential-unknown', { detail: `No credential "${ref.trim()}": set ${places}. ${available}` });
}
