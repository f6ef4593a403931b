import { parseEnvironmentCredentials } from '../../adapters/key-vault/environment-credentials.ts';
import type { SettingsRule } from './read-settings.ts';
import { getSettingFacts, optional, required } from './setting.ts';
import { plainText, serviceUrl } from './setting-parsers.ts';

/** Where GitLab is and where its tokens come from. The tokens themselves are read by the credential registry. */
export const gitlabShape = {
  GITLAB_URL: required(serviceUrl, {
    description: 'The GitLab instance.',
    fix: 'Set it to the address people open in the browser, such as https://gitlab.example.com.',
  }),
  GITLAB_TOKEN: optional(plainText, {
    description: 'The GitLab token of the alias `default`, for bindings without credential_ref.',
    fix: 'Create a project or group access token with the scopes api and write_repository and set it here, as GITLAB_TOKEN__<ALIAS>, or in the Key Vault.',
    requiredWhen: 'unless GITLAB_TOKEN__<ALIAS> or KEY_VAULT_URI is set',
  }),
  'GITLAB_TOKEN__<ALIAS>': optional(plainText, {
    description:
      'The GitLab token of one alias: credential_ref platform_team reads GITLAB_TOKEN__PLATFORM_TEAM. Case does not matter.',
    fix: 'Set one per alias.',
  }),
  KEY_VAULT_URI: optional(serviceUrl, {
    description:
      'Key Vault asked for aliases the environment does not have: secret gitlab-token--platform-team, or gitlab-token for the default; else their entry in the secret gitlab-tokens, a JSON object of aliases and tokens.',
    fix: 'Set it to the vault URI, such as https://kv-cmap.vault.azure.net.',
  }),
};

/** There is a token or a vault, and no two names stand for one alias. */
export const credentialRule: SettingsRule = (isSet, environment) => {
  const { byAlias, problems } = parseEnvironmentCredentials(environment);
  const { description, fix } = getSettingFacts(gitlabShape.GITLAB_TOKEN);
  const found = problems.map(({ name, kind, message }) => ({ name, kind, message, description: '', fix: '' }));
  if (byAlias.size > 0 || found.length > 0 || isSet('KEY_VAULT_URI')) return found;
  return [
    {
      name: 'GITLAB_TOKEN',
      kind: 'missing',
      message: 'GITLAB_TOKEN is missing: no GitLab credential is configured.',
      description,
      fix,
    },
  ];
};
