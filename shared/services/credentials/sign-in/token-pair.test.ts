import { expect, it } from 'vitest';

import { HOUR, MINUTE } from '../../../kernel/clock.ts';
import { seal } from '../../../kernel/seal.ts';
import { Secret } from '../../../kernel/secret.ts';
import { PURPOSE, sealTokens, toTokenPair, unsealTokens } from './token-pair.ts';

const NOW = Date.UTC(2026, 0, 5, 9);
const clientSecret = new Secret('client-secret');
const pairOf = (expiresInMs: number) =>
  toTokenPair({ accessToken: new Secret('access-1'), refreshToken: new Secret('refresh-1'), expiresInMs }, NOW, 4);

it.each([
  { name: 'five minutes before its end', expiresInMs: HOUR, renewInMs: 55 * MINUTE },
  { name: 'five minutes before its end, which is half its life', expiresInMs: 10 * MINUTE, renewInMs: 5 * MINUTE },
  { name: 'after half its life where that is short', expiresInMs: 8 * MINUTE, renewInMs: 4 * MINUTE },
])('an access token is replaced $name', ({ expiresInMs, renewInMs }) => {
  const { seq, obtainedAt, renewAt, endsAt } = pairOf(expiresInMs);
  expect({ seq, obtainedAt, renewAt, endsAt }).toEqual({
    seq: 4,
    obtainedAt: NOW,
    renewAt: NOW + renewInMs,
    endsAt: NOW + expiresInMs,
  });
});

it('a stored pair shows no token, and is what it was with the same client secret alone', () => {
  const pair = pairOf(HOUR);
  const sealed = sealTokens(pair, clientSecret);
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toMatch(/access|refresh/);
  const { accessToken, refreshToken, ...times } = unsealTokens(sealed, clientSecret) ?? pairOf(0);
  expect([accessToken.reveal(), refreshToken.reveal()]).toEqual(['access-1', 'refresh-1']);
  expect(times).toEqual({ seq: 4, obtainedAt: NOW, renewAt: pair.renewAt, endsAt: NOW + HOUR });
  expect(unsealTokens(sealed, new Secret('another-secret'))).toBeUndefined();
  expect(unsealTokens(undefined, clientSecret)).toBeUndefined();
});

it('a pair that was stored before pairs were counted is the first', () => {
  const stored = { accessToken: 'a', refreshToken: 'r', obtainedAt: 1, renewAt: 2, endsAt: 3 };
  expect(unsealTokens(seal(JSON.stringify(stored), clientSecret, PURPOSE), clientSecret)).toMatchObject({ seq: 0 });
});
