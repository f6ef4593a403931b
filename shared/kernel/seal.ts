import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from './secret.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A text as base64 that only who has the key can read or change (AES-256-GCM; `purpose` keeps uses of one key apart).
 */
export function seal(text: string, key: Secret, purpose: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', deriveKey(key, purpose), iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** The text again; `undefined` when it was sealed with another key or changed since. */
export function unseal(sealed: string, key: Secret, purpose: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.byteLength < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', deriveKey(key, purpose), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** By which a value is known again without being kept: the same for the same value and key. */
export function fingerprint(value: Secret, key: Secret, purpose: string): string {
  return createHmac('sha256', deriveKey(key, purpose)).update(value.reveal()).digest('hex');
}

function deriveKey(key: Secret, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key.reveal(), '', purpose, 32));
}
