import { describe, expect, it } from 'vitest';
import { anEchoTask } from '../../../test/builders/tasks.ts';
import {
  answerHttp,
  type HttpAnswer,
  type HttpCall,
  IDENTITY_ACCOUNT,
  MEMORY_ACCOUNT,
  refuseInXml,
} from '../../../test/doubles/in-memory-http.ts';
import { createStateAccount } from './state-account.ts';
import { createStorage } from './storage.ts';

/** Every service answers the same. */
function serve(answer: HttpAnswer | 'silence', { prefix = '', account = MEMORY_ACCOUNT } = {}) {
  const http = answerHttp(() => answer);
  const places = () => http.calls.map(({ method, url, body }) => `${method} ${url.host}${url.pathname} ${body}`.trim());
  return { ...http, storage: createStorage(account, { prefix }), places };
}

/** As the table service refuses. */
function refuseInJson(status: number, code: string): HttpAnswer {
  const body = JSON.stringify({ 'odata.error': { code, message: { lang: 'en-US', value: 'No.' } } });
  return { status, headers: { 'content-type': 'application/json;odata=minimalmetadata' }, body };
}

/** A table that is missing has all three made, a queue itself alone. */
const MADE = { table: 3, queue: 1 };

const isCreation = ({ method, url }: HttpCall) => url.pathname.endsWith('/Tables') || method === 'PUT';

/** An account without tables and queues that answers so to who wants to make one. */
function serveEmpty(answerToCreation: HttpAnswer) {
  const http = answerHttp((call) => {
    if (isCreation(call)) return answerToCreation;
    return call.url.host === 'table.test' ? refuseInJson(404, 'TableNotFound') : refuseInXml(404, 'QueueNotFound');
  });
  const { ledger, queue } = createStorage(MEMORY_ACCOUNT);
  const uses = { table: () => ledger.find('run-1'), queue: () => queue.lease({ visibilityTimeoutSeconds: 1 }) };
  const countCreations = () => http.calls.filter(isCreation).length;
  return { ...http, uses, countCreations };
}

describe('a table or queue that is missing', () => {
  it.each([
    { service: 'table', creation: refuseInJson(403, 'AuthorizationFailure'), detail: '404 TableNotFound' },
    { service: 'queue', creation: refuseInXml(403, 'AuthorizationFailure'), detail: '404 QueueNotFound' },
  ] as const)('is what people hear of where the $service may not be made', async ({ service, creation, detail }) => {
    const { uses, countCreations } = serveEmpty(creation);
    await expect(uses[service]()).rejects.toMatchObject({ code: 'storage-refused', detail });
    expect(countCreations()).toBe(MADE[service]);
  });

  it.each([
    { service: 'table', creation: refuseInJson(409, 'TableBeingDeleted') },
    { service: 'queue', creation: refuseInXml(409, 'QueueBeingDeleted') },
  ] as const)('may be made later where the $service is being deleted', async ({ service, creation }) => {
    const { uses } = serveEmpty(creation);
    await expect(uses[service]()).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  it.each([
    { service: 'table', creation: refuseInJson(409, 'TableAlreadyExists') },
    { service: 'queue', creation: refuseInXml(409, 'QueueAlreadyExists') },
  ] as const)('is asked once more and no oftener where the $service was made by another process', async (refused) => {
    const { uses, calls, countCreations } = serveEmpty(refused.creation);
    await expect(uses[refused.service]()).rejects.toMatchObject({ code: 'storage-refused' });
    expect(countCreations()).toBe(MADE[refused.service]);
    expect(calls).toHaveLength(2 + MADE[refused.service]);
  });

  it('is made once for all who miss it at the same time', async () => {
    const { uses, countCreations } = serveEmpty({ status: 201 });
    await Promise.allSettled(Array.from({ length: 5 }, () => uses.table()));
    expect(countCreations()).toBe(MADE.table);
  });
});

describe('storage', () => {
  it('is reached with the identity of the process where it has one', async () => {
    const { storage, calls } = serve(refuseInXml(403, 'AuthorizationFailure'), { account: IDENTITY_ACCOUNT });
    await Promise.allSettled([storage.ledger.find('run-1'), storage.queue.lease({ visibilityTimeoutSeconds: 1 })]);
    expect(calls.map(({ url, headers }) => [url.host, headers.authorization].join(' ')).sort()).toEqual([
      'acme.queue.core.windows.net Bearer a-token',
      'acme.table.core.windows.net Bearer a-token',
    ]);
  });

  it('is used under its prefix', async () => {
    const { storage, places } = serve(refuseInXml(403, 'AuthorizationFailure'), { prefix: 't1' });
    await Promise.allSettled([storage.ledger.find('run-1'), storage.queue.lease({ visibilityTimeoutSeconds: 1 })]);
    expect(places().sort()).toEqual(
      ["GET table.test/a/t1runs(PartitionKey='runs',RowKey='run%3Arun-1')", 'GET queue.test/a/t1tasks/messages'].sort(),
    );
  });

  it('is waited for half a minute', async () => {
    const { storage, limits } = serve('silence');
    await expect(storage.ledger.find('run-1')).rejects.toMatchObject({ code: 'storage-unavailable' });
    await expect(storage.queue.listPoison()).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(new Set(limits)).toEqual(new Set([30_000]));
  });

  it.each([
    { name: 'a connection string', account: MEMORY_ACCOUNT, path: '/a/tasks-poison/messages' },
    { name: 'an identity', account: IDENTITY_ACCOUNT, path: '/tasks-poison/messages' },
  ])('is asked three times in all by $name', async ({ account, path }) => {
    const { calls, pauses } = answerHttp(() => refuseInXml(503, 'ServerBusy'));
    const { queue } = createStorage(account);
    await expect(queue.listPoison()).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(calls.map(({ url }) => url.pathname)).toEqual([path, path, path]);
    expect(pauses).toEqual([0, 300]);
  });
});

it('texts are stored as they are where nothing redacts them', async () => {
  const { storage, places } = serve({ status: 201 });
  expect(await storage.artefacts.create('a', 'text')).toBe(true);
  expect(places()).toEqual(['PUT blob.test/a/artefacts/a text']);
});

it('tasks are sent to the queue that they are leased from, and given up ones are looked for in the other', async () => {
  const { storage, places } = serve(refuseInXml(403, 'AuthorizationFailure'));
  const { queue } = storage;
  const uses = [
    () => queue.enqueue(anEchoTask(), { runId: 'run-1' }),
    () => queue.lease({ visibilityTimeoutSeconds: 1 }),
    () => queue.listPoison(),
  ];
  for (const use of uses) await expect(use()).rejects.toMatchObject({ code: 'storage-refused' });
  expect(places().map((place) => place.split(' ').slice(0, 2).join(' '))).toEqual([
    'POST queue.test/a/tasks/messages',
    'GET queue.test/a/tasks/messages',
    'GET queue.test/a/tasks-poison/messages',
  ]);
});

it.each(['1', 'Not_ok'])('a prefix that is no part of a storage name is refused: %s', (prefix) => {
  expect(() => createStorage(MEMORY_ACCOUNT, { prefix })).toThrow(RangeError);
  expect(() => createStateAccount(MEMORY_ACCOUNT, prefix, (text) => text)).toThrow(RangeError);
});

it.each([
  'DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a2V5;TableEndpoint=https://table.test/a',
  'DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=a2V5;BlobEndpoint=http://blob.test/a;TableEndpoint=https://table.test/a',
])('a table that is reached by HTTPS is reached by nothing else', async (connectionString) => {
  const { calls } = answerHttp(() => ({ status: 404 }));
  const { rows } = createStateAccount({ connectionString }, '', (text) => text);
  expect(await rows.state.find('p', 'k')).toBeUndefined();
  expect(calls).toHaveLength(1);
});

it.each([
  'UseDevelopmentStorage=true',
  'TableEndpoint=http://table.test/a;AccountName=a;AccountKey=a2V5;DefaultEndpointsProtocol=http',
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5; TableEndpoint=http://table.test/a',
])('the emulator is reached by HTTP: %s', async (connectionString) => {
  const { calls } = answerHttp(() => ({ status: 404 }));
  const { rows } = createStateAccount({ connectionString }, '', (text) => text);
  expect(await rows.state.find('p', 'k')).toBeUndefined();
  expect(calls).toHaveLength(1);
});
