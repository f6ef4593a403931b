import { expect, it } from 'vitest';

import { findTokens, maskTokenShapes } from './token-shapes.ts';

it('gives back hostile text that begins like a token a hundred thousand times', () => {
  const header = '-----BEGIN PRIVATE KEY-----\n';
  const hostile = [
    `${'Bearer'}\t \t `,
    `${'LS0tLS1CRUdJTi'.repeat(4)}\n`,
    'LS0tLS1CRUdJTi/',
    'Private-Lines: 1 ',
    '-----BEGIN 1PRIVATE KEY-----',
    '"auth":"aaaa',
    `${header}Abcd: x Abcd: x `,
    `${header}++++`,
  ];
  // What placeholders are told by reads the whole value, which may be all of the text.
  for (const part of ['aaa1-', 'Aaa1', '123456780', 'Aa-'])
    expect(findTokens(`${'Bearer'} ${part.repeat(100_000)}~`).length).toBeLessThan(2);
  for (const start of hostile) expect(maskTokenShapes(start.repeat(30_000), '#').length).toBeGreaterThan(0);
  for (const start of ['eyJ-', 'eyJaaaaaaaaa.', 'a://', '-----BEGIN PRIVATE KEY-----', 'Bearer ', 'AKIA']) {
    expect(maskTokenShapes(start.repeat(100_000), '#').length).toBeGreaterThan(0);
  }
});
