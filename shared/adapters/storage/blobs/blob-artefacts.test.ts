import { describe, expect, it } from 'vitest';
import {
  answerHttp,
  type HttpAnswer,
  type HttpCall,
  IDENTITY_ACCOUNT,
  MEMORY_ACCOUNT,
  refuseInXml,
  sendBlob,
} from '../../../../test/doubles/in-memory-http.ts';
import { createStateAccount } from '../state-account.ts';
import { createLedgerFiles } from './create-ledger-files.ts';

type Answer = HttpAnswer | 'silence';
const CREATED = { status: 201 };

/** Artefacts of an account whose service gives these answers, the last of them again and again. */
function serve(answers: Answer[] | ((call: HttpCall) => Answer), account = MEMORY_ACCOUNT) {
  const http = answerHttp((call, index) =>
    typeof answers === 'function' ? answers(call) : (answers[Math.min(index, answers.length - 1)] ?? CREATED),
  );
  const { artefacts } = createStateAccount(account, '', (text) => text.replaceAll('hunter2', '[secret]'));
  const requests = () =>
    http.calls.map(({ method, url, body }) => {
      url.searchParams.delete('timeout');
      return `${method} ${url.pathname}${url.search} ${body}`.trim();
    });
  return { ...http, artefacts, requests };
}

describe('an artefact', () => {
  it('is written as text without secrets, only where there is none yet', async () => {
    const { artefacts, calls, requests } = serve([CREATED]);
    expect(await artefacts.create('a/1.txt', 'ä hunter2')).toBe(true);
    expect(requests()).toEqual(['PUT /a/artefacts/a/1.txt ä [secret]']);
    expect(calls[0]?.headers).toMatchObject({
      'x-ms-blob-content-type': 'text/plain; charset=utf-8',
      'content-length': '11',
      'if-none-match': '*',
    });
  });

  it.each([refuseInXml(409, 'BlobAlreadyExists'), refuseInXml(412, 'ConditionNotMet')])(
    'that is there already is not written over: $status',
    async (answer) => {
      const { artefacts } = serve([answer]);
      expect(await artefacts.create('a', 'x')).toBe(false);
    },
  );

  it('makes its container where that is missing, and is written after it', async () => {
    const { artefacts, requests } = serve([refuseInXml(404, 'ContainerNotFound'), CREATED, CREATED]);
    expect(await artefacts.create('a', 'x')).toBe(true);
    expect(requests()).toEqual(['PUT /a/artefacts/a x', 'PUT /a/artefacts?restype=container', 'PUT /a/artefacts/a x']);
  });

  it('is not written when another process made the container and the artefact first', async () => {
    const { artefacts } = serve([
      refuseInXml(404, 'ContainerNotFound'),
      refuseInXml(409, 'ContainerAlreadyExists'),
      refuseInXml(409, 'BlobAlreadyExists'),
    ]);
    expect(await artefacts.create('a', 'x')).toBe(false);
  });

  it.each([
    { answers: [refuseInXml(403, 'AuthorizationFailure')], error: { code: 'storage-refused' }, tries: 1 },
    { answers: [refuseInXml(409, 'BlobImmutableDueToPolicy')], error: { code: 'storage-refused' }, tries: 1 },
    { answers: [refuseInXml(503, 'ServerBusy')], error: { code: 'storage-unavailable' }, tries: 3 },
    {
      answers: [refuseInXml(404, 'ContainerNotFound'), refuseInXml(403, 'AuthorizationFailure')],
      error: { code: 'storage-refused' },
      tries: 2,
    },
  ])('is not written when the service answers with an error: $answers', async ({ answers, error, tries }) => {
    const { artefacts, calls, pauses } = serve(answers);
    await expect(artefacts.create('a', 'x')).rejects.toMatchObject(error);
    expect(calls).toHaveLength(tries);
    expect(pauses).toEqual(tries === 3 ? [0, 300] : []);
  });

  it('is read as text', async () => {
    const { artefacts, requests } = serve((call) => sendBlob(call, 'ä 💡'));
    expect(await artefacts.find('a')).toBe('ä 💡');
    expect(requests()).toEqual(['HEAD /a/artefacts/a', 'GET /a/artefacts/a']);
  });

  it('that is empty is read with one request', async () => {
    const { artefacts, requests } = serve((call) => sendBlob(call, ''));
    expect(await artefacts.find('a')).toBe('');
    expect(requests()).toEqual(['HEAD /a/artefacts/a']);
  });

  it('is none where it or its container is missing, and an error where it may not be read', async () => {
    const { artefacts } = serve([
      { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } },
      { status: 404, headers: { 'x-ms-error-code': 'ContainerNotFound' } },
      { status: 403, headers: { 'x-ms-error-code': 'AuthorizationFailure' } },
    ]);
    expect(await artefacts.find('a')).toBeUndefined();
    expect(await artefacts.find('a')).toBeUndefined();
    await expect(artefacts.find('a')).rejects.toMatchObject({ code: 'storage-refused' });
  });
});

const page = (names: string[], next = ''): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><EnumerationResults ContainerName="artefacts"><Blobs>${names
    .map((name) => `<Blob><Name>${name}</Name><Properties><Etag>1</Etag></Properties></Blob>`)
    .join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
});

describe('the artefacts of a folder', () => {
  it('are listed by name over all pages', async () => {
    const { artefacts, calls } = serve([page(['f/c', 'f/a'], 'more'), page(['f/b'])]);
    expect(await artefacts.list('f/')).toEqual(['f/a', 'f/b', 'f/c']);
    expect(calls.map(({ url }) => [url.searchParams.get('prefix'), url.searchParams.get('marker')])).toEqual([
      ['f/', null],
      ['f/', 'more'],
    ]);
  });

  it('are none before the first was written', async () => {
    const { artefacts } = serve([refuseInXml(404, 'ContainerNotFound')]);
    expect(await artefacts.list('f/')).toEqual([]);
  });

  it('are not taken for all when a later page fails', async () => {
    const { artefacts } = serve([page(['f/a'], 'more'), refuseInXml(403, 'AuthorizationFailure')]);
    await expect(artefacts.list('f/')).rejects.toMatchObject({ code: 'storage-refused' });
  });
});

describe('a service that falls silent', () => {
  it.each([
    { name: 'created', answers: [], limits: [40_000] },
    { name: 'created after its container', answers: [refuseInXml(404, 'ContainerNotFound')], limits: [40_000, 30_000] },
  ])('keeps an artefact from being $name no longer than its size may take', async ({ answers, limits: expected }) => {
    const { artefacts, limits } = serve([...answers, 'silence']);
    await expect(artefacts.create('a', 'x'.repeat(640_000))).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(limits).toEqual(expected);
  });

  it('keeps one from being read no longer than its size may take', async () => {
    const { artefacts, limits } = serve((call) =>
      call.method === 'HEAD' ? sendBlob(call, 'x'.repeat(640_000)) : 'silence',
    );
    await expect(artefacts.find('a')).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(limits).toEqual([30_000, 40_000]);
  });

  it('keeps a list from going on no longer than half a minute a page', async () => {
    const { artefacts, limits } = serve([page(['f/a'], 'more'), 'silence']);
    await expect(artefacts.list('f/')).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(limits).toEqual([30_000, 30_000]);
  });
});

it('kept days of the ledger are stored as they are, in a container of their own', async () => {
  const { calls } = answerHttp(() => CREATED);
  expect(await createLedgerFiles(MEMORY_ACCOUNT, 'ledger').create('2026/01/05.jsonl', '{}')).toBe(true);
  expect(calls.map(({ url, body }) => [url.pathname, body])).toEqual([['/a/ledger/2026/01/05.jsonl', '{}']]);
});

it('an account is reached with the identity of the process where it has one', async () => {
  const { artefacts, calls } = serve([CREATED], IDENTITY_ACCOUNT);
  expect(await artefacts.create('a', 'x')).toBe(true);
  expect([calls[0]?.headers.host, calls[0]?.headers.authorization]).toEqual([
    'acme.blob.core.windows.net',
    'Bearer a-token',
  ]);
});
