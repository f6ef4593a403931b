import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Contents by object id. */
export type LfsObjects = Map<string, Buffer>;

const BATCH = /\/info\/lfs\/objects\/batch$/;
const OBJECT = /\/gitlab-lfs\/objects\/([0-9a-f]{64})$/;

export function isLfs({ url = '' }: IncomingMessage): boolean {
  return BATCH.test(url) || OBJECT.test(url);
}

/** The upload of Git LFS: https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md and `basic-transfers.md`. */
export async function serveLfs(objects: LfsObjects, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const { url = '', headers } = request;
  const oid = OBJECT.exec(url)?.[1];
  if (oid !== undefined) {
    const isSame = createHash('sha256').update(body).digest('hex') === oid;
    if (isSame) objects.set(oid, body);
    return void response.writeHead(isSame ? 200 : 400).end();
  }
  // The client is git-lfs itself.
  const wanted = JSON.parse(body.toString('utf8')) as { objects: { oid: string; size: number }[] };
  const answer = wanted.objects.map((object) => {
    if (objects.has(object.oid)) return object;
    const href = `http://${headers.host}/gitlab-lfs/objects/${object.oid}`;
    return {
      ...object,
      authenticated: true,
      actions: { upload: { href, header: { authorization: headers.authorization } } },
    };
  });
  response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' });
  response.end(JSON.stringify({ transfer: 'basic', objects: answer }));
}
