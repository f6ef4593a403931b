import { randomBytes } from 'node:crypto';

/**
 * The values of those secrets that are ours to make: random, 43 characters. The token of the telemetry collector and
 * the header that carries it are made together, so that either one missing makes both anew; ask for both then.
 */
export function makeOwnSecrets(
  missing: readonly string[],
  random = () => randomBytes(32).toString('base64url'),
): Map<string, string> {
  const values = new Map<string, string>();
  for (const secret of missing) if (PLAIN.has(secret)) values.set(secret, random());
  if (missing.includes('otlp-token') || missing.includes('otlp-headers')) {
    const token = random();
    values.set('otlp-token', token);
    values.set('otlp-headers', `authorization=Bearer%20${token}`);
  }
  return values;
}

const PLAIN = new Set(['gitlab-webhook-secret', 'jira-webhook-secret', 'cmap-admin-secret']);
