import { SECOND } from '../../shared/kernel/clock.ts';
import type { Git, Remote } from './git.ts';

const TIMEOUT_MS = 15 * SECOND;
/** Some thousand branches that begin with the same words. */
const MAX_BYTES = 1024 * 1024;

/**
 * What a remote has of these refs (full names; a ref that begins with one may come along), by one request of its git
 * protocol. `undefined` where the remote gives no plain answer: then git is asked, which knows every way and every
 * failure, and costs two processes here and two requests more. https://git-scm.com/docs/protocol-v2, "ls-refs".
 */
export async function listRefsOverHttp(
  git: Git,
  { cloneUrl, credential }: Remote,
  refs: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string> | undefined> {
  const protocol = URL.canParse(cloneUrl) ? new URL(cloneUrl).protocol.slice(0, -1) : '';
  if (!['http', 'https'].includes(protocol) || !git.allowedProtocols.includes(protocol)) return undefined;
  const answered = new AbortController();
  const limit = new AbortController();
  git.clock.sleep(TIMEOUT_MS, answered.signal).then(
    () => limit.abort(),
    () => {
      // Answered in time.
    },
  );
  try {
    const response = await fetch(`${cloneUrl.replace(/\/+$/, '')}/git-upload-pack`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-git-upload-pack-request',
        accept: 'application/x-git-upload-pack-result',
        'git-protocol': 'version=2',
        ...(credential
          ? { authorization: `Basic ${Buffer.from(`oauth2:${credential.reveal()}`).toString('base64')}` }
          : {}),
      },
      body: formatRequest(refs),
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit.signal]),
    });
    const speaksGit = response.headers.get('content-type') === 'application/x-git-upload-pack-result';
    if (response.status !== 200 || !speaksGit) {
      await response.body?.cancel();
      return undefined;
    }
    const text = await readCapped(response);
    return text === undefined ? undefined : parseRefs(text);
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    answered.abort();
  }
}

function formatRequest(refs: readonly string[]): string {
  const DELIMITER = '0001';
  const FLUSH = '0000';
  return `${toPacket('command=ls-refs\n')}${DELIMITER}${refs.map((ref) => toPacket(`ref-prefix ${ref}\n`)).join('')}${FLUSH}`;
}

/** https://git-scm.com/docs/protocol-common, "pkt-line Format": the length, itself included, as four hex digits. */
function toPacket(line: string): string {
  return `${(Buffer.byteLength(line) + 4).toString(16).padStart(4, '0')}${line}`;
}

async function readCapped({ body }: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early ends the transfer.
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `undefined` for anything but a list of refs that is complete. */
function parseRefs(bytes: Buffer): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16);
    if (length === 0) return at + 4 === bytes.length ? found : undefined;
    if (!(length > 4) || at + length > bytes.length) return undefined;
    const [, oid, name] = /^([0-9a-f]{40,64}) (\S+)\n?$/.exec(bytes.toString('utf8', at + 4, at + length)) ?? [];
    if (!oid || !name) return undefined;
    found.set(name, oid);
    at += length;
  }
  return undefined;
}
