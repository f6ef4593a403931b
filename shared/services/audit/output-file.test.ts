import { expect, it } from 'vitest';
import { BLOCK_BYTES } from '../../kernel/text/encode-blocks.ts';
import { createOutputFile } from './output-file.ts';

const LONG = Array.from({ length: 40 }, (_, index) => `${index} ü 🙂 ${'row '.repeat(BLOCK_BYTES / 40)}`);
const fileOf = (small: boolean) => createOutputFile('audit.json', 'application/json', LONG, { small });

it('gives the same bytes as often as it is asked, whether it is small or not', () => {
  const text = LONG.join('');
  for (const file of [fileOf(true), fileOf(false)]) {
    expect(Buffer.concat([...file.pieces()]).toString('utf8')).toBe(text);
    expect(Buffer.concat([...file.pieces()]).toString('utf8')).toBe(text);
    expect(file.bytes).toBe(Buffer.byteLength(text));
  }
  expect(fileOf(true).sha256).toBe(fileOf(false).sha256);
});

it('unpacks nothing of a small file', () => {
  const file = fileOf(true);
  expect([...file.pieces()][0]).toBe([...file.pieces()][0]);
});
