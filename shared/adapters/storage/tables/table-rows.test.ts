import { describe, expect, it } from 'vitest';
import { answerHttp, type HttpAnswer, MEMORY_ACCOUNT } from '../../../../test/doubles/in-memory-http.ts';
import { createStateAccount } from '../state-account.ts';
import type { Change } from './rows.ts';

/** The state table of an account whose service gives these answers, the last of them again and again. */
function serve(...answers: (HttpAnswer | 'silence')[]) {
  const http = answerHttp((_, index) => answers[Math.min(index, answers.length - 1)] ?? { status: 204 });
  return { ...http, rows: createStateAccount(MEMORY_ACCOUNT, '', (text) => text).rows.state };
}

function json(body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json;odata=minimalmetadata', ...headers },
    body: JSON.stringify(body),
  };
}

function refusal(status: number, code: string): HttpAnswer {
  const body = { 'odata.error': { code, message: { lang: 'en-US', value: 'No.' } } };
  return { ...json(body, { 'retry-after-ms': '1' }), status };
}

async function keysOf(list: AsyncIterable<{ key: string }>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of list) keys.push(key);
  return keys;
}

/** The answer to a transaction. */
function batch(...parts: { status: number; etag?: string; code?: string }[]): HttpAnswer {
  const answers = parts.map(({ status, etag, code }) =>
    [
      '--changesetresponse_1',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      `HTTP/1.1 ${status} X`,
      ...(etag === undefined ? [] : [`ETag: ${etag}`]),
      ...(code === undefined ? ['', ''] : ['Content-Type: application/json', '', refusal(status, code).body]),
    ].join('\r\n'),
  );
  const body = [
    '--batch',
    'Content-Type: multipart/mixed; boundary=changesetresponse_1',
    '',
    ...answers,
    '--changesetresponse_1--',
    '--batch--',
  ].join('\r\n');
  return { status: 202, headers: { 'content-type': 'multipart/mixed; boundary=batch' }, body };
}

const INSERT: Change = { kind: 'insert', key: 'k', fields: { at: 5, text: 'x', yes: true } };
const REPLACE: Change = { kind: 'replace', key: 'k', fields: {}, version: 'W/"1"' };
const PUT: Change = { kind: 'put', key: 'k', fields: {} };
const REMOVE: Change = { kind: 'remove', key: 'k' };

describe('a row that is looked for', () => {
  it('has what we wrote and its version, and nothing of what the service adds', async () => {
    const { rows, calls } = serve(
      json({
        'odata.metadata': 'x',
        'odata.etag': 'W/"1"',
        PartitionKey: 'p',
        RowKey: 'k:1',
        Timestamp: '2026-01-05T00:00:00Z',
        'at@odata.type': 'Edm.Double',
        at: 5,
        text: 'x',
        yes: true,
        none: null,
      }),
    );
    expect(await rows.find('p', 'k:1')).toEqual({
      key: 'k:1',
      version: 'W/"1"',
      fields: { at: 5, text: 'x', yes: true },
    });
    expect(calls.map(({ method, url }) => [method, decodeURIComponent(url.pathname)])).toEqual([
      ['GET', "/a/state(PartitionKey='p',RowKey='k:1')"],
    ]);
  });
});

describe('a lone change', () => {
  it.each([
    {
      change: INSERT,
      answer: { status: 204, headers: { etag: 'W/"2"' } },
      call: [
        'POST',
        '/a/state',
        undefined,
        '{"at":5,"at@odata.type":"Edm.Double","text":"x","yes":true,"PartitionKey":"p","RowKey":"k"}',
      ],
      versions: ['W/"2"'],
    },
    {
      change: REPLACE,
      answer: { status: 204, headers: { etag: 'W/"2"' } },
      call: ['PUT', "/a/state(PartitionKey='p',RowKey='k')", 'W/"1"', '{"PartitionKey":"p","RowKey":"k"}'],
      versions: ['W/"2"'],
    },
    {
      change: PUT,
      answer: { status: 204, headers: { etag: 'W/"2"' } },
      call: ['PUT', "/a/state(PartitionKey='p',RowKey='k')", undefined, '{"PartitionKey":"p","RowKey":"k"}'],
      versions: ['W/"2"'],
    },
    {
      change: REMOVE,
      answer: { status: 204 },
      call: ['DELETE', "/a/state(PartitionKey='p',RowKey='k')", '*', ''],
      versions: [''],
    },
    {
      change: { ...REMOVE, version: 'W/"1"' } as Change,
      answer: { status: 204 },
      call: ['DELETE', "/a/state(PartitionKey='p',RowKey='k')", 'W/"1"', ''],
      versions: [''],
    },
  ])('is one request on its condition: $change.kind', async ({ change, answer, call, versions }) => {
    const { rows, calls } = serve(answer);
    expect(await rows.write('p', [change])).toEqual(versions);
    expect(
      calls.map(({ method, url, headers, body }) => [
        method,
        decodeURIComponent(url.pathname),
        headers['if-match'],
        body,
      ]),
    ).toEqual([call]);
  });
});

it('a row that is written has no version where the service names none', async () => {
  const { rows } = serve({ status: 204 });
  for (const change of [INSERT, REPLACE, PUT]) expect(await rows.write('p', [change])).toEqual(['']);
});

describe('several changes', () => {
  it('are one request, in their order, each on its condition', async () => {
    const { rows, calls } = serve(
      batch(
        { status: 204, etag: 'W/"a"' },
        { status: 204, etag: 'W/"b"' },
        { status: 204, etag: 'W/"c"' },
        { status: 204 },
      ),
    );
    const changes = [INSERT, REPLACE, PUT, REMOVE].map((change, at) => ({ ...change, key: `k${at}` }));
    expect(await rows.write('p', changes)).toEqual(['W/"a"', 'W/"b"', 'W/"c"', '']);
    expect(calls.map(({ url }) => url.pathname)).toEqual(['/a/$batch']);
    const parts = calls[0]?.body.split('--changeset_').slice(1, -1) ?? [];
    expect(parts.map((part) => part.match(/^(POST|PUT|DELETE) \S+|^If-Match: .+|^\{.+/gm))).toEqual([
      [
        'POST http://table.test/a/state',
        '{"at":5,"at@odata.type":"Edm.Double","text":"x","yes":true,"PartitionKey":"p","RowKey":"k0"}',
      ],
      [
        "PUT http://table.test/a/state(PartitionKey='p',RowKey='k1')",
        'If-Match: W/"1"',
        '{"PartitionKey":"p","RowKey":"k1"}',
      ],
      ["PUT http://table.test/a/state(PartitionKey='p',RowKey='k2')", '{"PartitionKey":"p","RowKey":"k2"}'],
      ["DELETE http://table.test/a/state(PartitionKey='p',RowKey='k3')", 'If-Match: *'],
    ]);
  });

  it.each([
    { status: 404, code: 'ResourceNotFound' },
    { status: 409, code: 'EntityAlreadyExists' },
    { status: 412, code: 'UpdateConditionNotSatisfied' },
  ])('are refused together when one is answered $status', async (part) => {
    const { rows } = serve(batch(part));
    expect(await rows.write('p', [INSERT, { ...PUT, key: 'other' }])).toBeUndefined();
  });

  it('are made in a table that was missing', async () => {
    const { rows, calls } = serve(
      batch({ status: 404, code: 'TableNotFound' }),
      // With the two others of the product.
      { status: 201 },
      { status: 201 },
      { status: 201 },
      batch({ status: 204, etag: 'W/"a"' }, { status: 204, etag: 'W/"b"' }),
    );
    expect(await rows.write('p', [INSERT, { ...PUT, key: 'other' }])).toEqual(['W/"a"', 'W/"b"']);
    expect(calls.map(({ url }) => url.pathname)).toEqual([
      '/a/$batch',
      '/a/Tables',
      '/a/Tables',
      '/a/Tables',
      '/a/$batch',
    ]);
  });

  it('fail in a table that is missing and may not be made', async () => {
    const { rows } = serve(batch({ status: 404, code: 'TableNotFound' }), refusal(403, 'AuthorizationFailure'));
    await expect(rows.write('p', [INSERT, { ...PUT, key: 'other' }])).rejects.toMatchObject({
      code: 'storage-refused',
      detail: '404 TableNotFound',
    });
  });
});

describe('an answer to find and write', () => {
  it.each([
    { status: 404, code: 'ResourceNotFound' },
    { status: 409, code: 'EntityAlreadyExists' },
    { status: 412, code: 'UpdateConditionNotSatisfied' },
  ])('of $status says that there is none, or that another was faster', async ({ status, code }) => {
    const { rows } = serve(refusal(status, code));
    expect(await rows.find('p', 'k')).toBeUndefined();
    expect(await rows.write('p', [REPLACE])).toBeUndefined();
  });

  it.each([
    { status: 403, code: 'AuthorizationFailure' },
    { status: 400, code: 'InvalidInput' },
  ])('of $status $code is an error that another try does not mend', async ({ status, code }) => {
    const { rows, calls } = serve(refusal(status, code));
    const refused = { code: 'storage-refused', detail: `${status} ${code}` };
    await expect(rows.find('p', 'k')).rejects.toMatchObject(refused);
    await expect(rows.write('p', [PUT])).rejects.toMatchObject(refused);
    await expect(keysOf(rows.list('p'))).rejects.toMatchObject(refused);
    expect(calls).toHaveLength(3);
  });

  it('that the service is busy is waited for, and an error after three tries of half a minute each', async () => {
    const { rows, calls, limits } = serve(refusal(503, 'ServerBusy'));
    await expect(rows.find('p', 'k')).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(calls).toHaveLength(3);
    expect(limits).toEqual([30_000, 30_000, 30_000]);
  });

  it('that never comes is an error', async () => {
    const { rows } = serve('silence');
    await expect(rows.find('p', 'k')).rejects.toMatchObject({ code: 'storage-unavailable' });
  });

  it('counts when it comes with a later try', async () => {
    const { rows } = serve(refusal(500, 'InternalError'), json({ 'odata.etag': 'W/"1"', RowKey: 'k' }));
    expect(await rows.find('p', 'k')).toMatchObject({ key: 'k', version: 'W/"1"' });
  });

  it('is not waited for when what is written can never be', async () => {
    const { rows, calls } = serve();
    await expect(rows.write('p', [])).rejects.toThrow(RangeError);
    expect(calls).toEqual([]);
  });
});

describe('a list of rows', () => {
  const page = (keys: string[], next?: string) =>
    json(
      { value: keys.map((key) => ({ 'odata.etag': 'W/"1"', PartitionKey: 'p', RowKey: key, n: 1 })) },
      next === undefined ? {} : { 'x-ms-continuation-nextpartitionkey': 'p', 'x-ms-continuation-nextrowkey': next },
    );

  it('is empty in a table that was missing', async () => {
    const { rows } = serve(refusal(404, 'TableNotFound'), { status: 201 }, { status: 201 }, { status: 201 }, page([]));
    expect(await keysOf(rows.list('p'))).toEqual([]);
  });

  it('is not begun again in a table that is deleted meanwhile', async () => {
    const { rows, calls } = serve(page(['a'], 'b'), refusal(404, 'TableNotFound'));
    await expect(keysOf(rows.list('p'))).rejects.toMatchObject({ code: 'storage-refused' });
    expect(calls).toHaveLength(2);
  });

  it('goes on page by page until the service names no next one', async () => {
    const { rows, calls } = serve(page(['a', 'b'], 'c'), page([], 'd'), page(['d']));
    const listed = [];
    for await (const row of rows.list('p')) listed.push(row);
    expect(listed).toEqual(['a', 'b', 'd'].map((key) => ({ key, version: 'W/"1"', fields: { n: 1 } })));
    expect(calls.map(({ url }) => url.searchParams.get('NextRowKey'))).toEqual([null, 'c', 'd']);
  });

  it.each([
    { range: {}, filter: "PartitionKey eq 'o''brien'" },
    { range: { from: 'a:' }, filter: "PartitionKey eq 'o''brien' and RowKey ge 'a:'" },
    { range: { before: 'a;' }, filter: "PartitionKey eq 'o''brien' and RowKey lt 'a;'" },
    {
      range: { from: 'a:', before: 'a;' },
      filter: "PartitionKey eq 'o''brien' and RowKey ge 'a:' and RowKey lt 'a;'",
    },
  ])('asks only for the rows that are wanted: $filter', async ({ range, filter }) => {
    const { rows, calls } = serve(page([]));
    expect(await keysOf(rows.list("o'brien", range))).toEqual([]);
    expect(calls.map(({ url }) => url.searchParams.get('$filter'))).toEqual([filter]);
  });

  it.each([
    { page: 51, top: '51' },
    { page: 5000, top: '1000' },
    { page: undefined, top: null },
  ])('asks for $top rows at once where $page will be read', async ({ page: wanted, top }) => {
    const { rows, calls } = serve(page(['a'], 'b'), page(['b']));
    expect(await keysOf(rows.list('p', wanted === undefined ? {} : { page: wanted }))).toEqual(['a', 'b']);
    expect(calls.map(({ url }) => url.searchParams.get('$top'))).toEqual([top, top]);
  });

  it('is not taken for whole when a later page fails', async () => {
    const { rows } = serve(page(['a'], 'b'), refusal(503, 'ServerBusy'));
    const listed: string[] = [];
    const list = async () => {
      for await (const { key } of rows.list('p')) listed.push(key);
    };
    await expect(list()).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(listed).toEqual(['a']);
  });
});
