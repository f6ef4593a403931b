import { expect, it } from 'vitest';

import { foldPath } from './fold-path.ts';

it('folds what has only ASCII as Unicode folds it', () => {
  const ascii = String.fromCharCode(...Array(128).keys());
  expect(foldPath(ascii)).toBe(ascii.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC'));
});

it.each([
  ['Src/Main.TS', 'src/main.ts'],
  ['.g\u200cIT/config', '.git/config'],
  ['Straße', 'STRASSE'],
  ['\u212aelvin', 'kelvin'],
  ['caf\u0065\u0301', 'CAFÉ'],
])('takes %j and %j for one', (one, other) => {
  expect(foldPath(one)).toBe(foldPath(other));
});
