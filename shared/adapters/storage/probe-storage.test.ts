import { expect, it } from 'vitest';
import { answerHttp, type HttpAnswer, type HttpCall, MEMORY_ACCOUNT } from '../../../test/doubles/in-memory-http.ts';
import { createStorageProbe } from './probe-storage.ts';

const MESSAGE = `<?xml version="1.0"?><QueueMessagesList><QueueMessage><MessageId>m</MessageId><InsertionTime>Mon, 05 Jan 2026 00:00:01 GMT</InsertionTime><ExpirationTime>Mon, 05 Jan 2026 00:01:01 GMT</ExpirationTime><PopReceipt>r</PopReceipt><TimeNextVisible>Mon, 05 Jan 2026 00:00:31 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>`;

/** What each service answers to what it is asked for here. */
function accept({ method, url }: HttpCall): HttpAnswer {
  if (url.host === 'queue.test' && method === 'POST')
    return { status: 201, headers: { 'content-type': 'application/xml' }, body: MESSAGE };
  if (url.host === 'blob.test') return { status: method === 'DELETE' ? 202 : 201 };
  return { status: 204 };
}

/** Method and place of each request, with `ID` for what differs from probe to probe. */
function describeCalls(calls: readonly HttpCall[]): string[] {
  return calls.map(({ method, url, body }) => {
    url.searchParams.delete('timeout');
    const place = `${method} ${url.host}${decodeURIComponent(url.pathname)}${url.search}`;
    const content = body.startsWith('{') || body === 'probe' ? ` ${body}` : '';
    return `${place}${content}`.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');
  });
}

it('writes one small thing in each service, hidden from all others, and deletes it again', async () => {
  const { calls } = answerHttp(accept);
  const probe = createStorageProbe(MEMORY_ACCOUNT, { prefix: 'x' });
  await probe.queue();
  await probe.table();
  await probe.blob();
  expect(describeCalls(calls)).toEqual([
    'POST queue.test/a/xtasks-poison/messages?visibilitytimeout=30&messagettl=60',
    'DELETE queue.test/a/xtasks-poison/messages/m?popreceipt=r',
    'POST table.test/a/xstate {"PartitionKey":"probe","RowKey":"ID"}',
    "DELETE table.test/a/xstate(PartitionKey='probe',RowKey='ID')",
    'PUT blob.test/a/xartefacts/probes/ID probe',
    'DELETE blob.test/a/xartefacts/probes/ID',
  ]);
  expect(calls[0]?.body).toContain('<MessageText>probe</MessageText>');
});

it('probes what a deployment uses where no prefix is given', async () => {
  const { calls } = answerHttp(accept);
  await createStorageProbe(MEMORY_ACCOUNT).table();
  expect(calls[0]?.url.pathname).toBe('/a/state');
});

it.each(['queue', 'table', 'blob'] as const)('says that the %s service refuses', async (service) => {
  answerHttp(() => ({ status: 403, headers: { 'x-ms-error-code': 'AuthorizationFailure' } }));
  await expect(createStorageProbe(MEMORY_ACCOUNT)[service]()).rejects.toMatchObject({ code: 'storage-refused' });
});

it.each([
  { service: 'queue', silentAt: 0 },
  { service: 'queue', silentAt: 1 },
  { service: 'table', silentAt: 0 },
  { service: 'table', silentAt: 1 },
  { service: 'blob', silentAt: 0 },
  { service: 'blob', silentAt: 1 },
] as const)('waits half a minute for request $silentAt to the $service service', async ({ service, silentAt }) => {
  const { limits } = answerHttp((call, index) => (index === silentAt ? 'silence' : accept(call)));
  await expect(createStorageProbe(MEMORY_ACCOUNT)[service]()).rejects.toMatchObject({ code: 'storage-unavailable' });
  expect(limits).toEqual(Array.from({ length: silentAt + 1 }, () => 30_000));
});

it('refuses a prefix that is no part of a storage name', () => {
  expect(() => createStorageProbe(MEMORY_ACCOUNT, { prefix: 'Not_ok' })).toThrow(RangeError);
});
