import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it } from 'vitest';

it.each(Object.entries(inject('programs')))('%s starts without undici: no part imports node:http', (_, file) => {
  const directory = path.dirname(file);
  const parts = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const texts = parts.map((name) => ({ name, text: readFileSync(path.join(directory, name), 'utf8') }));
  // They use it, so there is something to find.
  expect(texts.some(({ text }) => /\("node:http"\)/.test(text))).toBe(true);
  expect(texts.filter(({ text }) => /\bfrom\s*"(?:node:)?http"/.test(text)).map(({ name }) => name)).toEqual([]);
});
