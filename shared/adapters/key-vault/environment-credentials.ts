import {
  GITLAB_TOKENS,
  parseAlias,
  parseEnvironmentName,
  type SecretFamily,
} from '../../domain/mapping/credential-names.ts';
import { Secret } from '../../kernel/secret.ts';
import { isUnresolvedReference } from './key-vault-reference.ts';
import { findTokenProblem } from './token-problem.ts';

/** A process environment, or what stands for one in a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentCredential {
  alias: string;
  /** The name as it is spelled in the environment. */
  name: string;
  secret: Secret;
}

export interface CredentialProblem {
  /** The setting, or both settings, at fault. */
  name: string;
  /** The alias that cannot be used because of it, when there is one. */
  alias?: string;
  kind: 'invalid' | 'unresolved-reference';
  /** A sentence that never holds a value. */
  message: string;
}

export interface EnvironmentCredentials {
  byAlias: ReadonlyMap<string, EnvironmentCredential>;
  problems: CredentialProblem[];
}

/**
 * Finds `GITLAB_TOKEN` and `GITLAB_TOKEN__<ALIAS>` (or the secrets of another family) in an environment, in any case.
 * Empty values are skipped. A name with a problem yields no credential: two names for one alias give neither.
 */
export function parseEnvironmentCredentials(
  environment: Environment,
  family: SecretFamily = GITLAB_TOKENS,
): EnvironmentCredentials {
  const problems: CredentialProblem[] = [];
  const found = new Map<string, EnvironmentCredential[]>();
  for (const [name, text] of Object.entries(environment).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const ref = parseEnvironmentName(name, family);
    const value = text?.trim();
    if (ref === undefined || !value) continue;
    const alias = parseAlias(ref);
    const problem = findProblem(name, alias, value, family);
    if (problem) problems.push(problem);
    else if (alias) found.set(alias, [...(found.get(alias) ?? []), { alias, name, secret: new Secret(value) }]);
  }

  const byAlias = new Map<string, EnvironmentCredential>();
  for (const [alias, [first, ...others]] of found) {
    if (first && others.length === 0) byAlias.set(alias, first);
    else problems.push(describeCollision(alias, [...(first ? [first] : []), ...others]));
  }
  return { byAlias, problems };
}

/** The secret of one variable by its exact name, or a sentence about what is wrong that never holds a value. */
export function parseEnvironmentVariable(
  environment: Environment,
  name: string,
  family: SecretFamily = GITLAB_TOKENS,
): { secret: Secret } | { problem: string } {
  const value = environment[name]?.trim();
  if (!value) return { problem: `No credential "env:${name}": the variable ${name} is not set here.` };
  const problem = findProblem(name, name, value, family);
  return problem ? { problem: problem.message } : { secret: new Secret(value) };
}

function findProblem(
  name: string,
  alias: string | undefined,
  value: string,
  { environment, noun }: SecretFamily,
): CredentialProblem | undefined {
  if (!alias) {
    return {
      name,
      kind: 'invalid',
      message: `${name} names no usable alias: use letters, digits and underscores after ${environment}__.`,
    };
  }
  if (isUnresolvedReference(value)) {
    return {
      name,
      alias,
      kind: 'unresolved-reference',
      message: `${name} still holds the text of its Key Vault reference: the platform could not resolve it. Check the reference and the identity's role Key Vault Secrets User.`,
    };
  }
  const problem = findTokenProblem(value, noun);
  if (!problem) return undefined;
  return { name, alias, kind: 'invalid', message: `${name} ${problem}: paste the ${noun} again.` };
}

function describeCollision(alias: string, credentials: readonly EnvironmentCredential[]): CredentialProblem {
  const names = credentials.map(({ name }) => name).join(' and ');
  return { name: names, alias, kind: 'invalid', message: `${names} are the same alias "${alias}": keep one of them.` };
}
