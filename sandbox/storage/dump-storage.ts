import { TableClient, TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';

/** Everything one emulator holds, as text: each table row, queue message and blob. */
export async function dumpStorage(connectionString: string): Promise<string[]> {
  return [
    ...(await dumpTables(connectionString)),
    ...(await dumpQueues(connectionString)),
    ...(await dumpBlobs(connectionString)),
  ];
}

async function dumpTables(connectionString: string): Promise<string[]> {
  const found: string[] = [];
  const options = { allowInsecureConnection: true };
  for await (const { name = '' } of TableServiceClient.fromConnectionString(connectionString, options).listTables()) {
    for await (const row of TableClient.fromConnectionString(connectionString, name, options).listEntities())
      found.push(JSON.stringify(row));
  }
  return found;
}

async function dumpQueues(connectionString: string): Promise<string[]> {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  const found: string[] = [];
  for await (const { name } of service.listQueues()) {
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    found.push(...peekedMessageItems.map(({ messageText }) => messageText));
  }
  return found;
}

async function dumpBlobs(connectionString: string): Promise<string[]> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const found: string[] = [];
  for await (const { name } of service.listContainers()) {
    const container = service.getContainerClient(name);
    for await (const blob of container.listBlobsFlat()) {
      found.push((await container.getBlobClient(blob.name).downloadToBuffer()).toString('utf8'));
    }
  }
  return found;
}
