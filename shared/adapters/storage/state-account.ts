import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { ContainerClient } from '@azure/storage-blob';
import type { Artefacts } from '../../domain/ports/artefacts.ts';
import { once } from '../../kernel/once.ts';
import {
  assertPrefix,
  buildEndpoint,
  CLIENT_MAX_RETRY_DELAY_MS,
  CLIENT_RETRY_DELAY_MS,
  CLIENT_TRIES,
  CLIENT_TRY_TIMEOUT_MS,
  type StorageAccount,
} from './account/account.ts';
import { createBlobArtefacts } from './blobs/blob-artefacts.ts';
import { openBlobs } from './blobs/open-blobs.ts';
import type { Rows } from './tables/rows.ts';
import { createTableRows } from './tables/table-rows.ts';

const CONTAINER_NAME = 'artefacts';

export interface StateAccount {
  /** The tables of the product: runs with their index, their events, and everything small. */
  rows: Record<'runs' | 'runevents' | 'state', Rows>;
  artefacts: Artefacts;
}

/** Table and blob clients of one account. Opens no connection. */
export function createStateAccount(
  account: StorageAccount,
  prefix: string,
  redact: (text: string) => string,
): StateAccount {
  assertPrefix(prefix);
  const runs = openTable(account, `${prefix}runs`);
  const runevents = openTable(account, `${prefix}runevents`);
  const state = openStateTable(account, prefix);
  const container = once(() => openContainer(account, prefix));
  // All at once, because programs of 0.1.0 expect functions to have made them. One that is there stays as it is.
  const createAll = () => Promise.all([runs, runevents, state].map((table) => table.createTable()));

  return {
    rows: {
      runs: createTableRows(runs, createAll),
      runevents: createTableRows(runevents, createAll),
      state: createTableRows(state, createAll),
    },
    artefacts: createBlobArtefacts(container, redact),
  };
}

/** The table of everything small. */
export function openStateTable(account: StorageAccount, prefix: string): TableClient {
  return openTable(account, `${prefix}state`);
}

/** The container of artefacts. */
export async function openContainer(account: StorageAccount, prefix: string): Promise<ContainerClient> {
  return (await openBlobs(account)).getContainerClient(`${prefix}${CONTAINER_NAME}`);
}

type ClientPolicy = NonNullable<TableServiceClientOptions['additionalPolicies']>[number]['policy'];

/**
 * The table client has no timeout of its own: a connection that falls silent would hold a webhook or a lease for ever.
 */
const limitEachTry: ClientPolicy = {
  name: 'limitEachTry',
  sendRequest(request, next) {
    request.timeout ||= CLIENT_TRY_TIMEOUT_MS;
    return next(request);
  },
};

function openTable(account: StorageAccount, name: string): TableClient {
  const options: TableServiceClientOptions = {
    retryOptions: {
      maxRetries: CLIENT_TRIES - 1,
      retryDelayInMs: CLIENT_RETRY_DELAY_MS,
      maxRetryDelayInMs: CLIENT_MAX_RETRY_DELAY_MS,
    },
    additionalPolicies: [{ policy: limitEachTry, position: 'perRetry' }],
  };
  if (!('connectionString' in account)) {
    return new TableClient(buildEndpoint(account, 'table'), name, account.credential, options);
  }
  const { connectionString } = account;
  // Azurite speaks plain HTTP; the client refuses that unless told, and only then it is told.
  const allowInsecureConnection = /(^|;)\s*(UseDevelopmentStorage=true|TableEndpoint=http:)/i.test(connectionString);
  return TableClient.fromConnectionString(connectionString, name, { ...options, allowInsecureConnection });
}
