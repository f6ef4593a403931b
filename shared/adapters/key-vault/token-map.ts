import { KEY_VAULT_MAP, parseAlias } from '../../domain/mapping/credential-names.ts';
import { isObject } from '../../kernel/is-object.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { Secret } from '../../kernel/secret.ts';
import { findTokenProblem } from './token-problem.ts';

/** The tokens of one vault secret, by alias. */
export interface TokenMap {
  byAlias: ReadonlyMap<string, Secret>;
  problems: TokenMapProblem[];
}

export interface TokenMapProblem {
  /**
   * The alias that cannot be used because of it, `*` when none can; absent where it is about a name that is no alias.
   */
  alias?: string;
  /** A sentence that never holds a value. */
  message: string;
}

/**
 * Reads the value of the vault secret `gitlab-tokens`, a JSON object such as `{"default": "…", "platform_team": "…"}`.
 * An entry with a problem yields no token and takes none from others; two names of one alias give neither.
 */
export function parseTokenMap(value: Secret): TokenMap {
  const entries = readEntries(value.reveal());
  if (!entries)
    return {
      byAlias: new Map(),
      problems: [{ alias: '*', message: `The Key Vault secret ${KEY_VAULT_MAP} ${NO_MAP}` }],
    };
  const byAlias = new Map<string, Secret>();
  const problems: TokenMapProblem[] = [];
  const groups = Map.groupBy(entries, ([name]) => parseAlias(name));
  for (const [alias, [first, ...others]] of groups) {
    const problem = alias === undefined ? NO_ALIAS : others.length > 0 ? TWINS : findValueProblem(first?.[1]);
    if (problem !== undefined) problems.push(describe(alias, problem));
    else if (alias !== undefined && typeof first?.[1] === 'string') byAlias.set(alias, new Secret(first[1].trim()));
  }
  return { byAlias, problems };
}

const NO_MAP = 'is not a JSON object of aliases and tokens, such as {"platform_team": "glpat-…"}: write it anew.';
/** The name is not repeated: it may be a token that was put in the place of its name. */
const NO_ALIAS = 'a name that is no alias: use letters, digits and underscores.';
const TWINS = 'twice, in different spelling: keep one of them.';

function readEntries(text: string): [name: string, value: unknown][] | undefined {
  const parsed = parseJson(text);
  return isObject(parsed) ? Object.entries(parsed) : undefined;
}

function findValueProblem(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  const problem = text === '' ? 'is not a text' : findTokenProblem(text);
  return problem && `whose value ${problem}: paste the token again.`;
}

function describe(alias: string | undefined, problem: string): TokenMapProblem {
  const which = alias === undefined ? '' : `the alias "${alias}" `;
  return {
    ...(alias === undefined ? {} : { alias }),
    message: `The Key Vault secret ${KEY_VAULT_MAP} has ${which}${problem}`,
  };
}
