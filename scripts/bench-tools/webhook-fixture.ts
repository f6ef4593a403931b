import { TableClient, type TableEntity } from '@azure/data-tables';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { QueueClient } from '@azure/storage-queue';

import { createGitLabWebhook } from '../../functions/webhooks/gitlab/gitlab-webhook.ts';
import { startAzurite } from '../../sandbox/storage/azurite.ts';
import { createStorage } from '../../shared/adapters/storage/storage.ts';
import { silentMetrics } from '../../shared/adapters/telemetry/metrics.ts';
import { renderMapping } from '../../shared/domain/mapping/render-mapping.ts';
import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { createRegistry } from '../../shared/services/projects/create-registry.ts';
import { createLiveMapping } from '../../shared/services/projects/live-mapping.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { aGitLabUser, aMergeRequestHook, aProject } from '../../test/builders/gitlab.ts';

export interface WebhookFixture {
  /** One delivery of a new merge request, until its durable 202. @throws {Error} for any other answer. */
  deliver(): Promise<void>;
  /** The same requests to storage with the same contents, made with the SDK and nothing else. */
  storeDirectly(): Promise<void>;
  stop(): Promise<void>;
}

const SECRET = 'webhook-secret-of-the-bench';
const CLOCK = systemClock;

/** The GitLab webhook with its real storage in an emulator; GitLab itself is known by heart, as after a warm start. */
export async function startWebhookFixture(): Promise<WebhookFixture> {
  const azurite = await startAzurite();
  const { connectionString } = azurite;
  const storage = createStorage({ connectionString });
  const handler = createHandler(storage);

  let iid = 0;
  const deliver = async () => {
    iid += 1;
    const body = Buffer.from(JSON.stringify(aMergeRequestHook({ iid })));
    const request = new HttpRequest({
      method: 'POST',
      url: 'http://localhost/api/webhooks/gitlab',
      headers: { 'x-gitlab-token': SECRET, 'webhook-id': `bench-${iid}`, 'content-length': String(body.length) },
      body: { bytes: body },
    });
    const { status } = (await handler(request, new InvocationContext({ functionName: 'gitlab-webhook' }))) ?? {};
    if (status !== 202) throw new Error(`The webhook answered ${status}`);
  };
  await deliver();
  return { deliver, storeDirectly: await createDirectStore(connectionString), stop: () => azurite.stop() };
}

function createHandler(storage: ReturnType<typeof createStorage>) {
  const { ledger, queue, generation, appliedMaps, projects: cache, skipLog } = storage;
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app' });
  const client = { getCurrentUser: async () => aGitLabUser({ id: 99 }), findProject: async () => aProject() };
  const gitlabFor = async () => client as never; // a new merge request asks for nothing else
  const common = { clock: CLOCK, log: silentLog };
  const mapping = createLiveMapping({
    ...common,
    readText: async () => JSON.stringify(renderMapping([binding])),
    generation,
    applied: appliedMaps,
    checkCredentials: async () => [],
    createRegistry: (bindings) =>
      createRegistry({ ...common, bindings, gitlabFor, gitlabUrl: 'https://gitlab.example.com', cache }),
  });
  return createGitLabWebhook({
    ...common,
    secretToken: new Secret(SECRET),
    mapping,
    gitlabFor,
    admit: (task) => admitTask(task, { ledger, queue, ...common }),
    skipLog,
    traceparent: () => undefined,
    metrics: silentMetrics,
    // The bench is one sender that sends more than any GitLab.
    limits: { verified: UNLIMITED, refused: UNLIMITED },
  });
}

const UNLIMITED = { capacity: 1e9, refillPerSecond: 1e9 };

/** Takes what one delivery left in storage as the pattern, and writes it again under new keys. */
async function createDirectStore(connectionString: string): Promise<() => Promise<void>> {
  const table = TableClient.fromConnectionString(connectionString, 'runs', { allowInsecureConnection: true });
  const queue = new QueueClient(connectionString, 'tasks');
  const pattern: TableEntity[] = [];
  for await (const { etag: _, timestamp: __, ...entity } of table.listEntities<TableEntity>())
    pattern.push(typed(entity));
  const text = (await queue.peekMessages()).peekedMessageItems[0]?.messageText ?? '';
  if (pattern.length < 4 || text === '') throw new Error('The first delivery left nothing to copy');

  let count = 0;
  return async () => {
    count += 1;
    const rows = pattern.map((entity) => ({ ...entity, rowKey: `${entity.rowKey}-${count}` }));
    const run = rows.find(({ rowKey }) => rowKey.startsWith('run:'));
    const open = rows.find(({ rowKey }) => rowKey.startsWith('open:'));
    if (!run || !open) throw new Error('The first delivery left no run');
    const created = await table.submitTransaction(rows.map((row) => ['create', row]));
    const etag = created.subResponses[rows.indexOf(run)]?.etag ?? '*';
    await queue.sendMessage(text, { messageTimeToLive: -1 });
    await table.submitTransaction([
      ['update', run, 'Replace', { etag }],
      ['upsert', open, 'Replace'],
    ]);
  };
}

/** What was read as a plain number goes back as the 64 bit number it was written as. */
function typed(entity: TableEntity<object>): TableEntity {
  const properties = Object.entries(entity).map(([name, value]) => [
    name,
    typeof value === 'number' ? { type: 'Double', value } : value,
  ]);
  return { ...Object.fromEntries(properties), partitionKey: entity.partitionKey, rowKey: entity.rowKey };
}
