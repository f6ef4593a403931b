import type { HttpRequest } from '@azure/functions';

export type CappedBody = { kind: 'read'; bytes: Buffer } | { kind: 'too-large' } | { kind: 'broken' };

/**
 * Reads a body while counting, and stops at the first byte too many: neither a wrong `Content-Length` nor none at all
 * makes us hold more than `maxBytes` and one chunk. Never throws; `broken` means the sender went away.
 */
export async function readCappedBody(
  { headers, body }: Pick<HttpRequest, 'headers' | 'body'>,
  maxBytes: number,
): Promise<CappedBody> {
  if (Number(headers.get('content-length') ?? 0) > maxBytes) return { kind: 'too-large' };
  if (!body) return { kind: 'read', bytes: Buffer.alloc(0) };

  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    // Leaving the loop cancels the stream, so that the rest is never read.
    for await (const chunk of body) {
      if (!(chunk instanceof Uint8Array)) return { kind: 'broken' };
      size += chunk.byteLength;
      if (size > maxBytes) return { kind: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'broken' };
  }
  return { kind: 'read', bytes: Buffer.concat(chunks, size) };
}
