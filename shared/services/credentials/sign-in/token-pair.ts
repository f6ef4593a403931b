import * as z from 'zod';
import type { NewTokens } from '../../../adapters/jira/oauth/request-tokens.ts';
import { MINUTE } from '../../../kernel/clock.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { seal, unseal } from '../../../kernel/seal.ts';
import { Secret } from '../../../kernel/secret.ts';

/** An access token with the refresh token for the next one. Times in milliseconds. */
export interface TokenPair {
  accessToken: Secret;
  refreshToken: Secret;
  /** How many refreshes led to it, which orders the pairs of all processes. */
  seq: number;
  obtainedAt: number;
  /** From here on it is replaced by a new one. */
  renewAt: number;
  endsAt: number;
}

/** Keeps this use of the client secret apart from others. */
export const PURPOSE = 'cmap sign-in to jira';

/** An access token is replaced this long before it ends, or after half its life where that is shorter. */
const MARGIN_MS = 5 * MINUTE;

const Stored = lazily(() =>
  z.object({
    accessToken: z.string().transform((text) => new Secret(text)),
    refreshToken: z.string().transform((text) => new Secret(text)),
    // Absent from pairs stored before it was counted.
    seq: z.number().default(0),
    obtainedAt: z.number(),
    renewAt: z.number(),
    endsAt: z.number(),
  }),
);

/** What a refresh gave, with its times by our clock. */
export function toTokenPair(tokens: NewTokens, now: number, seq: number): TokenPair {
  const { accessToken, refreshToken, expiresInMs } = tokens;
  const renewAt = now + Math.max(expiresInMs - MARGIN_MS, expiresInMs / 2);
  return { accessToken, refreshToken, seq, obtainedAt: now, renewAt, endsAt: now + expiresInMs };
}

export function sealTokens({ accessToken, refreshToken, ...rest }: TokenPair, clientSecret: Secret): string {
  const plain = { ...rest, accessToken: accessToken.reveal(), refreshToken: refreshToken.reveal() };
  return seal(JSON.stringify(plain), clientSecret, PURPOSE);
}

/**
 * `undefined` also for what another client secret has sealed: then the refresh token of the settings is what there is.
 */
export function unsealTokens(sealed: string | undefined, clientSecret: Secret): TokenPair | undefined {
  const text = sealed === undefined ? undefined : unseal(sealed, clientSecret, PURPOSE);
  return text === undefined ? undefined : Stored().parse(JSON.parse(text));
}
