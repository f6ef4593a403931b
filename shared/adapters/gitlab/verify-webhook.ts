import { timingSafeEqual } from 'node:crypto';
import { decodeSigningKey, signContent } from '../../domain/outbound/sign-event.ts';
import { type Clock, MINUTE } from '../../kernel/clock.ts';
import type { Secret } from '../../kernel/secret.ts';

/** Why a delivery was not believed: for the log and for counting, never for the caller. */
export type RefusalReason =
  | 'nothing-configured'
  | 'unusable-signing-token'
  | 'incomplete-signature'
  | 'stale-signature'
  | 'bad-signature'
  | 'missing-token'
  | 'bad-token';

export type WebhookVerification =
  | { verified: true; by: 'signature' | 'token' }
  | { verified: false; reason: RefusalReason };

export interface WebhookDelivery {
  headers: { get(name: string): string | null };
  /** The bytes as they came: a parsed and printed body has another signature. */
  rawBody: Uint8Array | string;
  /** GitLab's signing token, `whsec_` and 32 bytes in base64. */
  signingToken?: Secret | undefined;
  /** The plain secret GitLab repeats in `X-Gitlab-Token`. */
  secretToken?: Secret | undefined;
  clock: Pick<Clock, 'now'>;
}

const WINDOW_MS = 5 * MINUTE;
const SIGNED = 'webhook-signature';

/**
 * Whether a delivery comes from our GitLab. A signature is checked per Standard Webhooks 1.0 (HMAC-SHA256 over
 * `id.timestamp.body`); one that is present and wrong never falls back to the plain token. Every comparison takes
 * the same time for any candidate.
 */
export function verifyGitLabWebhook(delivery: WebhookDelivery): WebhookVerification {
  const { headers, signingToken, secretToken } = delivery;
  if (!signingToken && !secretToken) return refuse('nothing-configured');
  if (signingToken && headers.get(SIGNED) !== null) return verifySignature(delivery, signingToken);

  const token = headers.get('x-gitlab-token');
  if (!secretToken || token === null) return refuse('missing-token');
  return secretToken.matches(token) ? { verified: true, by: 'token' } : refuse('bad-token');
}

function verifySignature({ headers, rawBody, clock }: WebhookDelivery, signingToken: Secret): WebhookVerification {
  const key = decodeSigningKey(signingToken.reveal());
  if (!key) return refuse('unusable-signing-token');

  const id = headers.get('webhook-id');
  const timestamp = headers.get('webhook-timestamp');
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) return refuse('incomplete-signature');
  if (Math.abs(clock.now() - Number(timestamp) * 1000) > WINDOW_MS) return refuse('stale-signature');

  const expected = signContent(key, id, timestamp, rawBody);
  // Several signatures stand side by side while a token is being rotated.
  const candidates = (headers.get(SIGNED) ?? '').split(' ').filter((candidate) => candidate.startsWith('v1,'));
  let matched = false;
  for (const candidate of candidates) matched = equals(candidate.slice(3), expected) || matched;
  return matched ? { verified: true, by: 'signature' } : refuse('bad-signature');
}

function equals(candidate: string, expected: Buffer): boolean {
  const bytes = Buffer.from(candidate, 'base64');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function refuse(reason: RefusalReason): WebhookVerification {
  return { verified: false, reason };
}
