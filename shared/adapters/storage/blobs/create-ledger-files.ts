import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import { once } from '../../../kernel/once.ts';
import type { StorageAccount } from '../account/account.ts';
import { createBlobArtefacts } from './blob-artefacts.ts';
import { openBlobs } from './open-blobs.ts';

/**
 * The kept days of the run ledger as blobs of one container, written once. Their text was redacted when it became rows.
 * The container is made by Terraform with its immutability; where it is missing, the first write creates it. Opens no
 * connection.
 */
export function createLedgerFiles(account: StorageAccount, containerName: string): Artefacts {
  const open = once(async () => (await openBlobs(account)).getContainerClient(containerName));
  return createBlobArtefacts(open, (text) => text);
}
