import * as z from 'zod/mini';
import { parseKeyVaultReference, type SecretReference } from '../../shared/adapters/key-vault/key-vault-reference.ts';
import { archiveShape } from '../../shared/app/settings/archive-settings.ts';
import { gitlabShape } from '../../shared/app/settings/gitlab-settings.ts';
import { jiraShape } from '../../shared/app/settings/jira-settings.ts';
import { mapShape } from '../../shared/app/settings/map-settings.ts';
import { processShape } from '../../shared/app/settings/process-settings.ts';
import { runnerImagesShape } from '../../shared/app/settings/runner-images-settings.ts';
import { plainText, serviceUrl } from '../../shared/app/settings/setting-parsers.ts';
import { storageShape } from '../../shared/app/settings/storage-settings.ts';
import { webhookShape } from '../../shared/app/settings/webhook-settings.ts';
import { parseAlias, parseSecretName } from '../../shared/domain/mapping/credential-names.ts';
import { findNear } from '../../shared/domain/mapping/source/suggest-field.ts';
import { findTokens } from '../../shared/kernel/redaction/token-shapes.ts';

const { 'GITLAB_TOKEN__<ALIAS>': _, ...gitlab } = gitlabShape;
const { AGENT_ID, AZURE_CLIENT_ID } = processShape;

/** Every setting that a command may read, besides the secrets of aliases. */
export const KNOWN_SETTINGS: Readonly<Record<string, z.core.$ZodType>> = {
  ...storageShape,
  ...gitlab,
  ...jiraShape,
  ...mapShape,
  ...webhookShape,
  ...archiveShape,
  ...runnerImagesShape,
  AGENT_ID,
  AZURE_CLIENT_ID,
  FUNCTIONS_URL: serviceUrl,
  COPILOT_PROVIDER_BASE_URL: serviceUrl,
  COPILOT_PROVIDER_API_KEY: plainText,
  GITHUB_TOKEN: plainText,
  CMAP_ADMIN_SECRET: plainText,
};

const SECRET_SETTINGS = new Set([
  'AzureWebJobsStorage',
  'GITLAB_WEBHOOK_SECRET',
  'GITLAB_WEBHOOK_SIGNING_TOKEN',
  'JIRA_API_TOKEN',
  'JIRA_OAUTH_CLIENT_SECRET',
  'JIRA_OAUTH_REFRESH_TOKEN',
  'JIRA_WEBHOOK_SECRET',
  'COPILOT_PROVIDER_API_KEY',
  'GITHUB_TOKEN',
  'CMAP_ADMIN_SECRET',
]);

/** Whether the value of a setting must be kept in no file of ours. */
export function isSecretSetting(name: string): boolean {
  return SECRET_SETTINGS.has(name) || parseSecretName(name) !== undefined;
}

/** The setting as it is spelled, of a name in any case; `undefined` where no command reads it. */
export function findSetting(given: string): string | undefined {
  const upper = given.toUpperCase();
  if (parseAlias(parseSecretName(upper)?.ref ?? '') !== undefined) return upper;
  return Object.keys(KNOWN_SETTINGS).find((name) => name.toUpperCase() === upper);
}

/** The setting a misspelt name was probably meant to be. */
export function findNearSetting(given: string): string | undefined {
  return findNear(given, Object.keys(KNOWN_SETTINGS));
}

/** What may be kept of a setting, or why nothing of it may; the reason never holds the value. */
export type KeptSetting =
  | { kind: 'value'; value: string }
  | { kind: 'reference'; reference: SecretReference }
  | { kind: 'secret' }
  | { kind: 'invalid'; problem: string };

/** Decides what may be kept of a setting: a value that is no secret, or where a secret stands. */
export function judgeSetting(name: string, text: string): KeptSetting {
  const value = text.trim();
  const reference = parseKeyVaultReference(value);
  if (reference) return { kind: 'reference', reference };
  if (/^@Microsoft\.KeyVault\b/i.test(value))
    return { kind: 'invalid', problem: 'is a reference that names no secret' };
  if (isSecretSetting(name) || findTokens(value).length > 0) return { kind: 'secret' };
  const parsed = z.safeParse(KNOWN_SETTINGS[name] ?? plainText, value);
  if (value === '' || !parsed.success)
    return { kind: 'invalid', problem: parsed.error?.issues[0]?.message ?? 'is empty' };
  return { kind: 'value', value };
}
