import { TableClient, type TableEntity } from '@azure/data-tables';
import { app } from '@azure/functions';
import { QueueClient } from '@azure/storage-queue';

// An app that answers when it has stored what an admitted event leaves in storage: the same rows and the same message,
// by the same three requests, and nothing else.
const { AzureWebJobsStorage: connection = '', SAMPLE_ROWS = '[]', SAMPLE_MESSAGE = '' } = process.env;
const pattern: TableEntity[] = JSON.parse(SAMPLE_ROWS);
const table = TableClient.fromConnectionString(connection, 'runs', { allowInsecureConnection: true });
const queue = new QueueClient(connection, 'tasks');
let count = 0;

app.http('sample', {
  methods: ['POST'],
  authLevel: 'anonymous',
  async handler(request) {
    await request.arrayBuffer();
    count += 1;
    const rows = pattern.map((entity) => ({ ...entity, rowKey: `${entity.rowKey}-${process.pid}-${count}` }));
    const run = rows.find(({ rowKey }) => rowKey.startsWith('run:'));
    const open = rows.find(({ rowKey }) => rowKey.startsWith('open:'));
    if (!run || !open) throw new Error('There is no run in SAMPLE_ROWS');
    const created = await table.submitTransaction(rows.map((row) => ['create', row]));
    const etag = created.subResponses[rows.indexOf(run)]?.etag ?? '*';
    await queue.sendMessage(SAMPLE_MESSAGE, { messageTimeToLive: -1 });
    await table.submitTransaction([
      ['update', run, 'Replace', { etag }],
      ['upsert', open, 'Replace'],
    ]);
    return { status: 202, jsonBody: { runId: run.rowKey } };
  },
});
