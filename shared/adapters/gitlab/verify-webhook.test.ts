import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { Secret } from '../../kernel/secret.ts';
import { verifyGitLabWebhook } from './verify-webhook.ts';

const now = Date.now(); // The oracle reads the wall clock; both must mean the same moment.
const clock = createSteppedClock(now);
const whsec = `whsec_${randomBytes(32).toString('base64')}`;
const body = '{"object_kind":"note","note":"zażółć 🎉"}';

function signed({ key = whsec, at = now, id = 'msg_1', text = body, extra = '' } = {}): Headers {
  const seconds = Math.floor(at / 1000);
  const signature = new Webhook(key).sign(id, new Date(seconds * 1000), text);
  return new Headers({
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `${extra}${signature}`,
  });
}

const tokens = { signingToken: new Secret(whsec), secretToken: new Secret('plain') };

function judge(headers: Headers, given: Partial<typeof tokens> = tokens, rawBody: string | Uint8Array = body) {
  const verdict = verifyGitLabWebhook({ headers, rawBody, clock, ...given });
  return verdict.verified ? verdict.by : verdict.reason;
}

describe('a signed delivery', () => {
  it('is believed when the oracle signed it and when the oracle would believe it', () => {
    expect(judge(signed())).toBe('signature');
    expect(judge(signed(), tokens, Buffer.from(body))).toBe('signature');
    expect(() => new Webhook(whsec).verify(body, Object.fromEntries(signed()))).not.toThrow();
  });

  it('is believed by the second of two signatures', () => {
    expect(judge(signed({ extra: `v1,${randomBytes(32).toString('base64')} ` }))).toBe('signature');
  });

  it.each([
    { name: 'another body', headers: signed({ text: '{}' }), reason: 'bad-signature' },
    {
      name: 'another key',
      headers: signed({ key: `whsec_${randomBytes(32).toString('base64')}` }),
      reason: 'bad-signature',
    },
    { name: 'six minutes ago', headers: signed({ at: now - 6 * 60_000 }), reason: 'stale-signature' },
    { name: 'six minutes ahead', headers: signed({ at: now + 6 * 60_000 }), reason: 'stale-signature' },
  ])('is refused as the oracle refuses it: $name', ({ headers, reason }) => {
    headers.set('x-gitlab-token', 'plain'); // A right token must not help.
    expect(judge(headers)).toBe(reason);
    expect(() => new Webhook(whsec).verify(body, Object.fromEntries(headers))).toThrow();
  });

  it.each([
    { name: 'an empty signature', change: { 'webhook-signature': '' }, reason: 'bad-signature' },
    { name: 'another version', change: { 'webhook-signature': 'v2,abc' }, reason: 'bad-signature' },
    { name: 'no id', change: { 'webhook-id': '' }, reason: 'incomplete-signature' },
    { name: 'a time that is no number', change: { 'webhook-timestamp': '12e9' }, reason: 'incomplete-signature' },
  ])('never falls back to a right token: $name', ({ change, reason }) => {
    const headers = signed();
    for (const [name, value] of Object.entries(change)) headers.set(name, value);
    headers.set('x-gitlab-token', 'plain');
    expect(judge(headers)).toBe(reason);
  });

  it('is refused when the configured token is no signing token', () => {
    expect(judge(signed(), { ...tokens, signingToken: new Secret('whsec_c2hvcnQ=') })).toBe('unusable-signing-token');
  });
});

describe('a delivery with a plain token', () => {
  it.each([
    { name: 'the right one', token: 'plain', given: tokens, verdict: 'token' },
    {
      name: 'the right one, no signing token configured',
      token: 'plain',
      given: { secretToken: tokens.secretToken },
      verdict: 'token',
    },
    { name: 'a wrong one', token: 'plaim', given: tokens, verdict: 'bad-token' },
    { name: 'a prefix', token: 'plai', given: tokens, verdict: 'bad-token' },
    { name: 'an empty one', token: '', given: tokens, verdict: 'bad-token' },
    {
      name: 'only a signing token configured',
      token: 'plain',
      given: { signingToken: tokens.signingToken },
      verdict: 'missing-token',
    },
    { name: 'nothing configured', token: 'plain', given: {}, verdict: 'nothing-configured' },
  ])('$name: $verdict', ({ token, given, verdict }) => {
    expect(judge(new Headers({ 'x-gitlab-token': token }), given)).toBe(verdict);
  });

  it('is refused without any header', () => {
    expect(judge(new Headers())).toBe('missing-token');
  });
});
