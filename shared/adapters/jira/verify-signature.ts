import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Secret } from '../../kernel/secret.ts';

/**
 * Whether `X-Hub-Signature` of an admin webhook was made with our secret over exactly these bytes, compared in
 * constant time. `sha256` is the only method Jira Cloud uses and the only one accepted.
 *
 * https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks
 */
export function verifyJiraSignature(
  rawBody: Uint8Array | string,
  header: string | null | undefined,
  secret: Secret,
): boolean {
  const claimed = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1];
  if (!claimed) return false;
  const actual = createHmac('sha256', secret.reveal()).update(rawBody).digest();
  return timingSafeEqual(Buffer.from(claimed, 'hex'), actual);
}
