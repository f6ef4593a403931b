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
import { sha256 } from '../../../kernel/sha256.ts';
import { createAuditArchive } from './create-audit-archive.ts';

const PLACE = { fixVersion: '2.4/ä', auditId: 'run-1' };
const FOLDER = '2.4%2F%C3%A4/run-1';

function serve(answer: (call: HttpCall, index: number) => HttpAnswer | 'silence', account = MEMORY_ACCOUNT) {
  return { ...answerHttp(answer), archive: createAuditArchive(account, 'audits') };
}

const always = (answer: HttpAnswer) => () => answer;

/** A blob that is there already. */
function holding(text: string) {
  return (call: HttpCall): HttpAnswer =>
    call.method === 'PUT' ? refuseInXml(409, 'BlobAlreadyExists') : sendBlob(call, text);
}

function aFile(name: string, text: string, type = 'application/json') {
  return { name, type, bytes: Buffer.byteLength(text), sha256: sha256(text), pieces: () => [Buffer.from(text)] };
}

/** Blobs by name, each with the second it was written in. */
function page(blobs: Record<string, number>): HttpAnswer {
  const items = Object.entries(blobs).map(
    ([name, second]) =>
      `<Blob><Name>${name}</Name><Properties><Last-Modified>Mon, 05 Jan 2026 00:00:0${second} GMT</Last-Modified><Etag>1</Etag></Properties></Blob>`,
  );
  const body = `<?xml version="1.0"?><EnumerationResults><Blobs>${items.join('')}</Blobs><NextMarker/></EnumerationResults>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

const pathOf = ({ url }: HttpCall) => decodeURIComponent(url.pathname);

describe('a file of an audit', () => {
  it.each([
    { name: 'audit.json', type: 'application/json', below: 'json' },
    { name: 'audit.html', type: 'text/html; charset=utf-8', below: 'xlsx' },
    { name: 'audit.json.html', type: 'text/html', below: 'xlsx' },
  ])('is kept below what its retention goes by: $name', async ({ name, type, below }) => {
    const { archive, calls } = serve(always({ status: 201 }));
    const url = await archive.store(PLACE, aFile(name, '{"ä":1}', type), { train: 'b', app: 'é' });
    expect(new URL(url).pathname).toBe(`/a/audits/${below}/2.4%252F%25C3%25A4/run-1/${name}`);
    expect(calls).toMatchObject([{ method: 'PUT', body: '{"ä":1}' }]);
    expect(pathOf(calls[0] as HttpCall)).toBe(`/a/audits/${below}/${FOLDER}/${name}`);
    expect(calls[0]?.headers).toMatchObject({
      'content-length': '8',
      'if-none-match': '*',
      'x-ms-blob-content-type': type,
      'x-ms-meta-artifact': 'cmap-audit',
      'x-ms-meta-version': '2.4%2F%C3%A4',
      'x-ms-meta-scope': 'app%3D%C3%A9%2Ctrain%3Db',
    });
  });

  it('has its version as scope where it has no other', async () => {
    const { archive, calls } = serve(always({ status: 201 }));
    await archive.store({ ...PLACE, fixVersion: '2.4' }, aFile('audit.json', '{}'), {});
    expect(calls[0]?.headers['x-ms-meta-scope']).toBe('2.4');
  });

  it('is stored again without a change where the same bytes are there', async () => {
    const { archive } = serve(holding('{}'));
    expect(await archive.store(PLACE, aFile('audit.json', '{}'), {})).toMatch(/audit\.json$/);
  });

  it('is not stored where other bytes are there, and people are told which', async () => {
    const { archive } = serve(holding('{"other":1}'));
    await expect(archive.store(PLACE, aFile('audit.json', '{}'), {})).rejects.toMatchObject({
      code: 'evidence-damaged',
      detail: `audits/json/${FOLDER}/audit.json is there already with other contents, and nothing in the container is changed.`,
    });
  });

  it.each(['HEAD', 'GET'])('is not compared for ever where the service falls silent at %s', async (silent) => {
    const { archive, limits } = serve((call) =>
      call.method === silent ? 'silence' : holding('x'.repeat(640_000))(call),
    );
    await expect(archive.store(PLACE, aFile('audit.json', '{}'), {})).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
    expect(limits).toEqual(silent === 'HEAD' ? [30_001, 30_000] : [30_001, 30_000, 40_000]);
  });

  it('is found by its name as text', async () => {
    const { archive, calls } = serve(holding('ä'));
    expect(await archive.find(PLACE, 'audit.json')).toBe('ä');
    expect(pathOf(calls[0] as HttpCall)).toBe(`/a/audits/json/${FOLDER}/audit.json`);
  });

  it('is none where it is missing, and an error where it may not be read', async () => {
    const { archive } = serve((_, index) => ({ status: index === 0 ? 404 : 403 }));
    expect(await archive.find(PLACE, 'audit.json')).toBeUndefined();
    await expect(archive.find(PLACE, 'audit.json')).rejects.toMatchObject({ code: 'storage-refused' });
  });

  it('is not stored where the container may not be written', async () => {
    const { archive } = serve(always(refuseInXml(403, 'AuthorizationFailure')));
    await expect(archive.store(PLACE, aFile('audit.json', '{}'), {})).rejects.toMatchObject({
      code: 'storage-refused',
      detail: '403 AuthorizationFailure',
    });
  });
});

describe('the evidence of an audit', () => {
  it('is named to people by its container and folder', () => {
    const archive = createAuditArchive(MEMORY_ACCOUNT, 'audits');
    expect(archive.describe(PLACE)).toBe(`audits/evidence/${FOLDER}`);
  });

  it('is written once, as JSON with what it belongs to', async () => {
    const { archive, calls } = serve((_, index) =>
      index === 0 ? { status: 201 } : refuseInXml(409, 'BlobAlreadyExists'),
    );
    const evidence = archive.evidence(PLACE, { train: 'a' });
    expect(await evidence.create('records/1.json', '{}')).toBe(true);
    expect(await evidence.create('records/1.json', '[]')).toBe(false);
    expect(pathOf(calls[0] as HttpCall)).toBe(`/a/audits/evidence/${FOLDER}/records/1.json`);
    expect(calls[0]?.headers).toMatchObject({
      'x-ms-blob-content-type': 'application/json',
      'x-ms-meta-scope': 'train%3Da',
    });
  });

  it('is found and listed by the paths it was written to', async () => {
    const folder = `evidence/${FOLDER}`;
    const { archive, calls } = serve((call) =>
      call.url.searchParams.has('comp')
        ? page({ [`${folder}/records/2.json`]: 1, [`${folder}/records/1.json`]: 2 })
        : holding('{"ä":1}')(call),
    );
    const evidence = archive.evidence(PLACE, {});
    expect(await evidence.list('records/')).toEqual(['records/1.json', 'records/2.json']);
    expect(calls[0]?.url.searchParams.get('prefix')).toBe(`${folder}/records/`);
    expect(await evidence.find('records/1.json')).toBe('{"ä":1}');
    expect(pathOf(calls[1] as HttpCall)).toBe(`/a/audits/${folder}/records/1.json`);
  });

  it('is none where a file is missing', async () => {
    const { archive } = serve(always({ status: 404 }));
    expect(await archive.evidence(PLACE, {}).find('records/1.json')).toBeUndefined();
  });
});

describe('the audits that are kept', () => {
  const BLOBS = {
    'json/2.4%2F%C3%A4/run-z/manifest.json': 3,
    'json/2.4%2F%C3%A4/run-1/audit.json': 9,
    'json/2.4%2F%C3%A4/run-1/manifest.json': 1,
    'json/2.5/run-b/manifest.json': 3,
    'json/2.6/run-m/manifest.json': 3,
    'json/2.5/run-3/manifest.json': 5,
    'json/2.5/run-4/deep/manifest.json': 5,
    'json/%E0%A4%A/run-5/manifest.json': 5,
    'json/manifest.json': 5,
    'json/2.5/manifest.json': 5,
  };

  it('are the whole ones, newest first, and in one order where they are of one time', async () => {
    const { archive, calls } = serve(always(page(BLOBS)));
    const at = (second: number) => Date.UTC(2026, 0, 5, 0, 0, second);
    expect(await archive.list()).toEqual([
      { fixVersion: '2.5', auditId: 'run-3', archivedAt: at(5) },
      { fixVersion: '2.5', auditId: 'run-b', archivedAt: at(3) },
      { fixVersion: '2.6', auditId: 'run-m', archivedAt: at(3) },
      { fixVersion: '2.4/ä', auditId: 'run-z', archivedAt: at(3) },
      { fixVersion: '2.4/ä', auditId: 'run-1', archivedAt: at(1) },
    ]);
    await archive.list('2.4/ä');
    expect(calls.map(({ url }) => url.searchParams.get('prefix'))).toEqual(['json/', 'json/2.4%2F%C3%A4/']);
  });

  it('are none before the first, and an error where they may not be listed', async () => {
    const { archive } = serve((_, index) =>
      index === 0 ? refuseInXml(404, 'ContainerNotFound') : refuseInXml(403, 'AuthorizationFailure'),
    );
    expect(await archive.list()).toEqual([]);
    await expect(archive.list()).rejects.toMatchObject({ code: 'storage-refused' });
  });
});

describe('a link to a file', () => {
  const TIMES = { now: Date.UTC(2026, 0, 5, 12), expiresAt: Date.UTC(2026, 0, 5, 13) };
  const VALID = { sp: 'r', sr: 'b', st: '2026-01-05T11:55:00Z', se: '2026-01-05T13:00:00Z' };
  const KEY: HttpAnswer = {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><UserDelegationKey>${Object.entries({
      SignedOid: 'object-1',
      SignedTid: 'tenant-1',
      SignedStart: '2026-01-05T11:55:00Z',
      SignedExpiry: '2026-01-05T13:00:00Z',
      SignedService: 'b',
      SignedVersion: '2024-11-04',
      Value: 'a2V5',
    })
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('')}</UserDelegationKey>`,
  };

  it('may be read from five minutes ago until it expires, by the key of the account', async () => {
    const { archive, calls } = serve(always({ status: 500 }));
    const { url, expires } = await archive.link(PLACE, 'audit.html', TIMES);
    expect(expires).toBe(true);
    expect(decodeURIComponent(new URL(url).pathname)).toBe(`/a/audits/xlsx/${FOLDER}/audit.html`);
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ ...VALID, sig: expect.any(String) });
    expect(calls).toEqual([]);
  });

  it('is signed by the identity of the process where it has one', async () => {
    const { archive, calls } = serve(always(KEY), IDENTITY_ACCOUNT);
    const { url, expires } = await archive.link(PLACE, 'audit.html', TIMES);
    expect(expires).toBe(true);
    expect(decodeURIComponent(url.split('?')[0] ?? '')).toBe(
      `https://acme.blob.core.windows.net/audits/xlsx/${FOLDER}/audit.html`,
    );
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({ ...VALID, skoid: 'object-1' });
    expect(calls.map(({ url: asked }) => asked.searchParams.get('comp'))).toEqual(['userdelegationkey']);
    expect(calls[0]?.body).toContain('<Start>2026-01-05T11:55:00Z</Start><Expiry>2026-01-05T13:00:00Z</Expiry>');
  });

  it('is the plain address where the identity may not sign', async () => {
    const { archive } = serve(always(refuseInXml(403, 'AuthorizationPermissionMismatch')), IDENTITY_ACCOUNT);
    const { url, expires } = await archive.link(PLACE, 'audit.html', TIMES);
    expect(expires).toBe(false);
    expect(new URL(url).search).toBe('');
    expect(url).toMatch(/audit\.html$/);
  });

  it('is not waited for longer than half a minute', async () => {
    const { archive, limits } = serve(() => 'silence', IDENTITY_ACCOUNT);
    await expect(archive.link(PLACE, 'audit.html', TIMES)).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(limits).toEqual([30_000]);
  });

  it('is none where the service does not answer', async () => {
    const { archive } = serve(always(refuseInXml(503, 'ServerBusy')), IDENTITY_ACCOUNT);
    await expect(archive.link(PLACE, 'audit.html', TIMES)).rejects.toMatchObject({ code: 'storage-unavailable' });
  });
});
