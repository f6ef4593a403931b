import type { Binding } from './binding.ts';
import { bindingName } from './binding-key.ts';
import {
  DEFAULT_CREDENTIAL_REF,
  EVENTS_SECRETS,
  EVENTS_URLS,
  GITLAB_TOKENS,
  MCP_SECRETS,
  parseTokenPlace,
  type SecretFamily,
  SIGNING_KEYS,
  type TokenPlace,
  toEnvironmentName,
  toKeyVaultName,
  VALIDATE_SECRETS,
} from './credential-names.ts';

/** A credential some bindings need, with the two names it can be found under. */
export interface RequiredCredential {
  ref: string;
  /** Of a credential that is named by its place both are the name there. */
  environmentName: string;
  keyVaultName: string;
  /** Where it stands, where the map says so; otherwise in either place. */
  place?: TokenPlace['kind'];
  /** Names of bindings, in the order of the mapping. */
  usedBy: string[];
}

/** The credentials a mapping needs: `default` first, the others by name. */
export function requiredCredentials(bindings: readonly Binding[]): RequiredCredential[] {
  return listRequired(bindings, ({ credentialRef }) => credentialRef, GITLAB_TOKENS);
}

/**
 * What the events of a mapping need: the URL of each webhook, and the secret that signs where the format is `generic`.
 */
export function requiredEventSecrets(bindings: readonly Binding[]): RequiredCredential[] {
  const urls = listRequired(bindings, ({ events }) => events?.urlRef, EVENTS_URLS);
  const signed = listRequired(
    bindings,
    ({ events }) => (events?.format === 'generic' ? events.urlRef : undefined),
    EVENTS_SECRETS,
  );
  return [...urls, ...signed];
}

/**
 * What runners need besides tokens: the variables of `validate`, keys that sign commits, what MCP servers are given.
 */
export function requiredRunnerSecrets(bindings: readonly Binding[]): RequiredCredential[] {
  return [
    ...listRequired(bindings, refsOfVariables, VALIDATE_SECRETS),
    ...listRequired(bindings, ({ commit }) => commit.signingKeyRef, SIGNING_KEYS),
    ...listRequired(bindings, refsOfServers, MCP_SECRETS),
  ];
}

function refsOfServers({ mcpServers = [] }: Binding): string[] {
  return mcpServers.flatMap(({ reachedBy }) =>
    Object.values(reachedBy.kind === 'stdio' ? reachedBy.env : reachedBy.headers).flatMap((value) =>
      typeof value === 'string' ? [] : [value.secretRef],
    ),
  );
}

function refsOfVariables({ validateEnv = {} }: Binding): string[] {
  return Object.values(validateEnv).flatMap((value) => (typeof value === 'string' ? [] : [value.secretRef]));
}

function listRequired(
  bindings: readonly Binding[],
  refsOf: (binding: Binding) => string | readonly string[] | undefined,
  family: SecretFamily,
): RequiredCredential[] {
  const usedBy = new Map<string, Set<string>>();
  for (const binding of bindings) {
    for (const ref of new Set([refsOf(binding) ?? []].flat()))
      usedBy.set(ref, (usedBy.get(ref) ?? new Set()).add(bindingName(binding)));
  }
  return [...usedBy]
    .map(([ref, users]) => ({
      ref,
      environmentName: toEnvironmentName(ref, family),
      keyVaultName: toKeyVaultName(ref, family),
      ...pickPlace(ref),
      usedBy: [...users],
    }))
    .sort((one, other) => rank(one.ref) - rank(other.ref) || (one.ref < other.ref ? -1 : 1));
}

function pickPlace(ref: string): Pick<RequiredCredential, 'place'> {
  const place = parseTokenPlace(ref);
  return place ? { place: place.kind } : {};
}

function rank(ref: string): number {
  return ref === DEFAULT_CREDENTIAL_REF ? 0 : 1;
}
