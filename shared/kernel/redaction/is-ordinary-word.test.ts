import { expect, it } from 'vitest';

import { isOrdinaryWord } from './is-ordinary-word.ts';

it.each(['postgres', 'root', 'test', 'Password1!', 'changeme', 'ADMIN123', 'Xk29f'])('takes %s for a word', (text) => {
  expect(isOrdinaryWord(text)).toBe(true);
});

it.each(['aB3dE6gH9jK2', 'correct-horse', 'kqmxbtzrwpalnvcydhse', '12345678', 'p0stgres'])(
  'takes %s for a secret',
  (text) => {
    expect(isOrdinaryWord(text)).toBe(false);
  },
);
