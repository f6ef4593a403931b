import { expect, it } from 'vitest';
import { fingerprint, seal, unseal } from './seal.ts';
import { Secret } from './secret.ts';

const KEY = new Secret('a-key-of-a-test');

it('gives the text back to the same key and purpose only', () => {
  const sealed = seal('grüße', KEY, 'one');
  expect(unseal(sealed, KEY, 'one')).toBe('grüße');
  expect(unseal(sealed, KEY, 'two')).toBeUndefined();
  expect(unseal(sealed, new Secret('another-key'), 'one')).toBeUndefined();
});

it('shows nothing of the text, never seals it alike, and notices a change of any byte', () => {
  const sealed = seal('a text', KEY, 'one');
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('a text');
  expect(seal('a text', KEY, 'one')).not.toBe(sealed);
  const bytes = Buffer.from(sealed, 'base64');
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(unseal(changed.toString('base64'), KEY, 'one'), `byte ${index}`).toBeUndefined();
  }
  expect(unseal('', KEY, 'one')).toBeUndefined();
});

it('knows a value again without keeping it', () => {
  const value = new Secret('a-token-of-a-test');
  expect(fingerprint(value, KEY, 'one')).toBe(fingerprint(new Secret('a-token-of-a-test'), KEY, 'one'));
  expect(fingerprint(value, KEY, 'one')).not.toBe(fingerprint(new Secret('another-token'), KEY, 'one'));
});
