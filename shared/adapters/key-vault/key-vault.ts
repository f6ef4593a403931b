import type { SecretClient, SecretClientOptions } from '@azure/keyvault-secrets';
import * as z from 'zod';

import { SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { lazily } from '../../kernel/lazily.ts';
import { once } from '../../kernel/once.ts';
import { RETRY } from '../../kernel/retry.ts';
import { Secret } from '../../kernel/secret.ts';
import type { AzureCredential } from '../identity/azure-credential.ts';
import { isSignInFailure } from '../identity/sign-in-failure.ts';
import type { KeyVaultSecrets, VaultSecret } from './key-vault-secrets.ts';

export interface KeyVaultOptions {
  /** `https://<name>.vault.azure.net` */
  vaultUri: string;
  /** Asked once, at the first look-up. */
  getCredential: () => Promise<AzureCredential>;
  /** For the HTTP pipeline: an agent, other retry options. */
  additionalOptions?: SecretClientOptions;
}

/** One look-up, retries and the way to the identity endpoint included. */
const LOOK_UP_TIMEOUT_MS = 20 * SECOND;

/**
 * Reads secrets of an Azure Key Vault with the identity of this process. The Azure libraries are loaded at the first
 * look-up, so that a deployment without Key Vault never pays for them.
 */
export function createKeyVault({ vaultUri, getCredential, additionalOptions = {} }: KeyVaultOptions): KeyVaultSecrets {
  // A failed start (no identity yet) is not remembered: the next look-up tries again.
  const connect = once(async (): Promise<SecretClient> => {
    const { SecretClient } = await import('@azure/keyvault-secrets');
    const { maxAttempts, firstMs, longestMs } = RETRY.vaultRead;
    const retryOptions = { maxRetries: maxAttempts - 1, retryDelayInMs: firstMs, maxRetryDelayInMs: longestMs };
    return new SecretClient(vaultUri, await getCredential(), { retryOptions, ...additionalOptions });
  });

  return {
    async find(name, version) {
      try {
        const client = await connect();
        const abortSignal = AbortSignal.timeout(LOOK_UP_TIMEOUT_MS);
        const secret = await client.getSecret(name, { abortSignal, ...(version === undefined ? {} : { version }) });
        return toVaultSecret(name, secret);
      } catch (error) {
        return toAbsence(error, name, vaultUri);
      }
    },
  };
}

function toVaultSecret(
  name: string,
  secret: { value?: string; properties: { version?: string; tags?: Record<string, string> } },
): VaultSecret {
  // A secret written from a file often ends in a line feed; no token does.
  const value = secret.value?.trim();
  if (!value)
    throw new TaskError('key-vault-forbidden', { detail: `The Key Vault secret ${name} is empty: set its value.` });
  return { value: new Secret(value), version: secret.properties.version ?? '', tags: secret.properties.tags ?? {} };
}

/**
 * The fields of `RestError` of @azure/core-rest-pipeline that we read; `details` is the vault's answer as the client
 * parsed it.
 */
const RestFailure = lazily(() =>
  z.object({
    statusCode: z.number().optional(),
    details: z
      .object({ error: z.object({ innerError: z.object({ code: z.string() }) }) })
      .optional()
      .catch(undefined),
  }),
);

function toAbsence(error: unknown, name: string, vaultUri: string): undefined {
  if (error instanceof TaskError) throw error;
  const failure = RestFailure().safeParse(error).data;
  const status = failure?.statusCode;
  if (status === 404) return undefined;
  const host = new URL(vaultUri).host;
  if (failure?.details?.error.innerError.code === 'SecretDisabled') {
    throw new TaskError('key-vault-forbidden', {
      detail: `The secret ${name} in ${host} is disabled: enable it.`,
      cause: error,
    });
  }
  if (status === 401 || status === 403) {
    const detail = `${host} answered ${status} for the secret ${name}: give this identity the role Key Vault Secrets User and let its network in.`;
    throw new TaskError('key-vault-forbidden', { detail, cause: error });
  }
  if (status !== undefined) {
    throw new TaskError('key-vault-unavailable', {
      detail: `${host} answered ${status} for the secret ${name}.`,
      cause: error,
    });
  }
  if (isSignInFailure(error)) {
    const detail = `This process could not sign in to Azure to read the secret ${name} of ${host}.`;
    throw new TaskError('key-vault-unavailable', { detail, cause: error });
  }
  const detail = `No answer from ${host} for the secret ${name}: check KEY_VAULT_URI, the network and the identity of this process.`;
  throw new TaskError('key-vault-unavailable', { detail, cause: error });
}
