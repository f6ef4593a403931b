import { describe, expect, it } from 'vitest';
import { anEchoTask } from '../../../test/builders/tasks.ts';
import {
  answerHttp,
  type HttpAnswer,
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

describe('storage that is ensured', () => {
  it('has its queues and tables, each under its prefix', async () => {
    const { storage, places } = serve({ status: 201 }, { prefix: 't1' });
    await storage.ensure();
    expect(places().sort()).toEqual([
      'POST table.test/a/Tables {"TableName":"t1runevents"}',
      'POST table.test/a/Tables {"TableName":"t1runs"}',
      'POST table.test/a/Tables {"TableName":"t1state"}',
      'PUT queue.test/a/t1tasks',
      'PUT queue.test/a/t1tasks-poison',
    ]);
  });

  it('is reached with the identity of the process where it has one', async () => {
    const { storage, calls } = serve({ status: 201 }, { account: IDENTITY_ACCOUNT });
    await storage.ensure();
    expect(new Set(calls.map(({ url, headers }) => [url.host, headers.authorization].join(' ')))).toEqual(
      new Set(['acme.table.core.windows.net Bearer a-token', 'acme.queue.core.windows.net Bearer a-token']),
    );
    expect(calls).toHaveLength(5);
  });

  it('may be there already', async () => {
    const { storage } = serve(refuseInXml(409, 'QueueAlreadyExists'));
    await expect(storage.ensure()).resolves.toBeUndefined();
  });

  it('is refused where the account may not be changed', async () => {
    const { storage } = serve(refuseInXml(403, 'AuthorizationFailure'));
    await expect(storage.ensure()).rejects.toMatchObject({ code: 'storage-refused' });
  });

  it('is waited for half a minute', async () => {
    const { storage, limits } = serve('silence');
    await expect(storage.ensure()).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(new Set(limits)).toEqual(new Set([30_000]));
  });

  it('is refused where only its queues may not be made', async () => {
    answerHttp(({ url }) => (url.host === 'queue.test' ? refuseInXml(403, 'AuthorizationFailure') : { status: 201 }));
    await expect(createStorage(MEMORY_ACCOUNT).ensure()).rejects.toMatchObject({ code: 'storage-refused' });
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

  it('is refused table by table', async () => {
    answerHttp(({ body }) => ({ status: body.includes('runs') ? 403 : 201 }));
    const state = createStateAccount(MEMORY_ACCOUNT, '', (text) => text);
    await expect(state.ensure()).rejects.toMatchObject({ code: 'storage-refused' });
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
