import * as z from 'zod/mini';
import { isUnresolvedReference } from '../../../shared/adapters/key-vault/key-vault-reference.ts';
import { parseTokenMap, type TokenMap } from '../../../shared/adapters/key-vault/token-map.ts';
import { secretText } from '../../../shared/app/settings/setting-parsers.ts';
import {
  DEFAULT_CREDENTIAL_REF,
  KEY_VAULT_MAP,
  parseSecretName,
  toKeyVaultName,
} from '../../../shared/domain/mapping/credential-names.ts';
import { ONLY_IN_AZURE } from '../../clients/read-tool-settings.ts';
import type { Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { attempt, type Check, fail, ok } from './check.ts';

interface NeededSecret {
  name: string;
  /** Whether this deployment needs it; where it does not, it is only looked at when it is set. */
  isNeeded: (isSet: (name: string) => boolean) => boolean;
}

/** Every secret of the two programs besides those that an alias names, which have checks of their own. */
const SECRETS: readonly NeededSecret[] = [
  { name: 'GITLAB_WEBHOOK_SECRET', isNeeded: () => false },
  { name: 'GITLAB_WEBHOOK_SIGNING_TOKEN', isNeeded: () => false },
  { name: 'JIRA_WEBHOOK_SECRET', isNeeded: () => false },
  { name: 'CMAP_ADMIN_SECRET', isNeeded: () => false },
  { name: 'JIRA_API_TOKEN', isNeeded: (isSet) => isSet('JIRA_URL') && !isSet('JIRA_OAUTH_CLIENT_ID') },
  { name: 'JIRA_OAUTH_CLIENT_SECRET', isNeeded: (isSet) => isSet('JIRA_OAUTH_CLIENT_ID') },
  { name: 'JIRA_OAUTH_REFRESH_TOKEN', isNeeded: (isSet) => isSet('JIRA_OAUTH_CLIENT_ID') },
  { name: 'COPILOT_PROVIDER_API_KEY', isNeeded: () => false },
  { name: 'GITHUB_TOKEN', isNeeded: () => false },
];

/** One line for each secret this environment has or needs: whether it could be used, never what it is. */
export function checkSecrets({ env, environment }: Pick<CliIO, 'env' | 'environment'>): Check[] {
  const isSet = (name: string) => (env[name]?.trim() ?? '') !== '';
  const ofAliases = Object.keys(env).filter((name) => parseSecretName(name) !== undefined && isSet(name));
  const others = SECRETS.filter(({ name, isNeeded }) => isSet(name) || isNeeded(isSet)).map(({ name }) => name);
  return [...ofAliases, ...others].map((name) => {
    const place = environment?.references.get(name);
    return place === undefined ? judge(name, env[name]?.trim() ?? '') : ok(name, `is the secret ${place}`);
  });
}

function judge(name: string, value: string): Check {
  if (value === '') return fail(name, 'is not set: set it as the programs have it');
  if (isUnresolvedReference(value)) return fail(name, ONLY_IN_AZURE);
  const problem = z.safeParse(secretText(), value).error?.issues[0]?.message;
  return problem === undefined ? ok(name, 'is set') : fail(name, `${problem}: set it again`);
}

/** Whether the Key Vault of the GitLab tokens answers and lets this identity read. */
export function checkKeyVault(tools: Pick<Tools, 'keyVault'>): Promise<Check[]> {
  return attempt('key vault', async () => {
    const vault = await tools.keyVault();
    if (!vault) return [];
    const own = toKeyVaultName(DEFAULT_CREDENTIAL_REF);
    const [secret, map] = await Promise.all([vault.find(own), vault.find(KEY_VAULT_MAP)]);
    const finding = secret || map ? 'readable' : `readable; it has no secret ${own} and no ${KEY_VAULT_MAP}`;
    return [ok('key vault', finding), ...(map ? describeMap(parseTokenMap(map.value)) : [])];
  });
}

/** The secret with the tokens of many aliases: which it has, and what is wrong with the others. */
function describeMap({ byAlias, problems }: TokenMap): Check[] {
  const aliases = [...byAlias.keys()].toSorted();
  const found = aliases.length === 0 ? [] : [ok(KEY_VAULT_MAP, `has ${aliases.join(', ')}`)];
  return [...found, ...problems.map(({ message }) => fail(KEY_VAULT_MAP, message))];
}
