import { expect, it } from 'vitest';

import { decodeBody } from './decode-body.ts';

const TEXT = '{"name":"Zoë 🙂"}';
const utf16 = Buffer.from(TEXT, 'utf16le');

it.each([
  { name: 'UTF-8', bytes: Buffer.from(TEXT) },
  { name: 'UTF-8 with a byte order mark', bytes: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(TEXT)]) },
  { name: 'UTF-16, little end first', bytes: Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]) },
  { name: 'UTF-16, big end first', bytes: Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]) },
])('reads $name', ({ bytes }) => {
  expect(decodeBody(bytes)).toBe(TEXT);
});

it('reads an empty body, and no more than one mark', () => {
  expect(decodeBody(Buffer.alloc(0))).toBe('');
  expect(decodeBody(Buffer.from('\u{feff}\u{feff}x'))).toBe('\u{feff}x');
});
