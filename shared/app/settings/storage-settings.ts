import * as z from 'zod/mini';

import type { Secret } from '../../kernel/secret.ts';
import { describeProblem, type SettingsRule } from './read-settings.ts';
import { optional } from './setting.ts';
import { matching, secretText, serviceUrl } from './setting-parsers.ts';

/** How to reach the storage account. */
export type StorageSettings =
  | { kind: 'connection-string'; connectionString: Secret }
  | { kind: 'identity'; blobServiceUri: string; queueServiceUri: string; tableServiceUri: string; clientId?: string };

const overridden = { fix: 'Set all three service URIs, or none of them and AzureWebJobsStorage__accountName.' };

/**
 * The Functions host reads the same names
 * (https://learn.microsoft.com/azure/azure-functions/functions-reference#connections).
 */
export const storageShape = {
  AzureWebJobsStorage: optional(
    z.lazy(() =>
      secretText().check(
        z.refine(
          (secret) => /UseDevelopmentStorage=true|(?:AccountName|Endpoint)=/i.test(secret.reveal()),
          'must be a storage connection string, or UseDevelopmentStorage=true',
        ),
      ),
    ),
    {
      description: 'Connection string of the storage account; for local work.',
      fix: 'Set it to a connection string, or set AzureWebJobsStorage__accountName to use the managed identity.',
      requiredWhen: 'unless AzureWebJobsStorage__accountName is set',
    },
  ),
  AzureWebJobsStorage__accountName: optional(matching(/^[a-z0-9]{3,24}$/, 'must be the name of a storage account'), {
    description: 'Name of the storage account reached with the managed identity.',
    fix: 'Set it to the bare name of the storage account, such as stcmapprod.',
    requiredWhen: 'unless AzureWebJobsStorage is set',
  }),
  AzureWebJobsStorage__clientId: optional(matching(/^[0-9a-f-]{36}$/i, 'must be a client id (a GUID)'), {
    description: 'Client id of the user-assigned identity for storage.',
    fix: 'Set it to the client id of the identity, or remove it to use AZURE_CLIENT_ID.',
  }),
  AzureWebJobsStorage__blobServiceUri: optional(serviceUrl, {
    description: 'Blob service, where it is not <account>.blob.core.windows.net.',
    ...overridden,
  }),
  AzureWebJobsStorage__queueServiceUri: optional(serviceUrl, {
    description: 'Queue service, where it is not <account>.queue.core.windows.net.',
    ...overridden,
  }),
  AzureWebJobsStorage__tableServiceUri: optional(serviceUrl, {
    description: 'Table service, where it is not <account>.table.core.windows.net.',
    ...overridden,
  }),
};

const SERVICES = ['blob', 'queue', 'table'] as const;
const StorageObject = z.object(storageShape);

/** A connection string, an account name, or all three service URIs. */
export const storageRule: SettingsRule = (isSet) => {
  if (isSet('AzureWebJobsStorage') || isSet('AzureWebJobsStorage__accountName')) return [];
  const absent = SERVICES.map((service) => `AzureWebJobsStorage__${service}ServiceUri`).filter((name) => !isSet(name));
  if (absent.length === 0) return [];
  const names = absent.length === SERVICES.length ? ['AzureWebJobsStorage'] : absent;
  return names.map((name) => describeProblem(StorageObject, name, 'missing'));
};

/** Call it only when `storageRule` found nothing. An account name wins over a connection string. */
export function buildStorageSettings(
  values: z.output<typeof StorageObject>,
  clientId: string | undefined,
): StorageSettings {
  const { AzureWebJobsStorage: connectionString, AzureWebJobsStorage__accountName: account } = values;
  const uris = {
    blobServiceUri: values.AzureWebJobsStorage__blobServiceUri ?? `https://${account}.blob.core.windows.net`,
    queueServiceUri: values.AzureWebJobsStorage__queueServiceUri ?? `https://${account}.queue.core.windows.net`,
    tableServiceUri: values.AzureWebJobsStorage__tableServiceUri ?? `https://${account}.table.core.windows.net`,
  };
  if (connectionString && !account) return { kind: 'connection-string', connectionString };
  const identity = values.AzureWebJobsStorage__clientId ?? clientId;
  return { kind: 'identity', ...uris, ...(identity ? { clientId: identity } : {}) };
}
