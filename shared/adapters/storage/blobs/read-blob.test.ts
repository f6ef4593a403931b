import { expect, it } from 'vitest';
import { answerHttp, IDENTITY_ACCOUNT, MEMORY_ACCOUNT, sendBlob } from '../../../../test/doubles/in-memory-http.ts';
import { createBlobReader } from './read-blob.ts';

it.each([
  { url: 'https://elsewhere.blob.core.windows.net/maps/a%20b/c.yaml?sv=1', path: '/a/maps/a%20b/c.yaml' },
  { url: 'http://127.0.0.1:10000/devstoreaccount1/maps/c.yaml', path: '/a/maps/c.yaml' },
  { url: 'http://localhost:10000/devstoreaccount1/maps/d/c.yaml', path: '/a/maps/d/c.yaml' },
  { url: 'http://[::1]:10000/devstoreaccount1/maps/c.yaml', path: '/a/maps/c.yaml' },
  { url: 'https://my.localhost/maps/c.yaml', path: '/a/maps/c.yaml' },
  { url: 'https://localhost.example/maps/c.yaml', path: '/a/maps/c.yaml' },
  { url: 'https://a.127.0.0.1.example/maps/c.yaml', path: '/a/maps/c.yaml' },
])('reads $url from the account of a connection string', async ({ url, path }) => {
  const { calls } = answerHttp((call) => sendBlob(call, 'ä: 1\n'));
  expect(await createBlobReader(MEMORY_ACCOUNT)(url)).toBe('ä: 1\n');
  expect(calls.map((call) => [call.url.host, call.url.pathname])).toEqual([
    ['blob.test', path],
    ['blob.test', path],
  ]);
});

it('reads a URL as it is with the identity of the process', async () => {
  const { calls } = answerHttp((call) => sendBlob(call, 'a: 1\n'));
  expect(await createBlobReader(IDENTITY_ACCOUNT)('https://other.blob.core.windows.net/maps/c.yaml')).toBe('a: 1\n');
  expect([calls[0]?.url.host, calls[0]?.url.pathname, calls[0]?.headers.authorization]).toEqual([
    'other.blob.core.windows.net',
    '/maps/c.yaml',
    'Bearer a-token',
  ]);
});

it('says that storage refuses what may not be read', async () => {
  answerHttp(() => ({ status: 404 }));
  await expect(createBlobReader(MEMORY_ACCOUNT)('https://x.test/maps/c.yaml')).rejects.toMatchObject({
    code: 'storage-refused',
    detail: '404',
  });
});
