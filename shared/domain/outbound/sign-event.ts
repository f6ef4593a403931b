import { createHmac } from 'node:crypto';

/** The key of a Standard Webhooks secret, `whsec_` and 24 to 64 bytes in base64; `undefined` where it is none. */
export function decodeSigningKey(secret: string): Buffer | undefined {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const key = encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
  return key && key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** HMAC-SHA256 over `id.timestamp.body`, as Standard Webhooks 1.0 signs. */
export function signContent(key: Buffer, id: string, timestamp: string, body: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/** The headers of a signed event. `now` is in milliseconds; a receiver refuses what was signed minutes ago. */
export function signEvent(
  { id, body, now }: { id: string; body: string; now: number },
  key: Buffer,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signContent(key, id, timestamp, body).toString('base64')}`,
  };
}
