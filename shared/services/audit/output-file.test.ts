import { expect, it } from 'vitest';
import { BLOCK_BYTES } from '../../kernel/text/encode-blocks.ts';
import { createOutputFile, type KeepFile, keepLoose, keepPacked } from './output-file.ts';

const LONG = Array.from({ length: 40 }, (_, index) => `${index} ü 🙂 ${'row '.repeat(BLOCK_BYTES / 40)}`);
const fileOf = (keep: KeepFile) => createOutputFile('audit.json', 'application/json', LONG, keep);

it('gives the same bytes as often as it is asked, whether it is packed or not', () => {
  const text = LONG.join('');
  for (const file of [fileOf(keepLoose), fileOf(keepPacked)]) {
    expect(Buffer.concat([...file.pieces()]).toString('utf8')).toBe(text);
    expect(Buffer.concat([...file.pieces()]).toString('utf8')).toBe(text);
    expect(file.bytes).toBe(Buffer.byteLength(text));
  }
  expect(fileOf(keepLoose).sha256).toBe(fileOf(keepPacked).sha256);
});

it('unpacks nothing of a file that is kept as it is', () => {
  const file = fileOf(keepLoose);
  expect([...file.pieces()][0]).toBe([...file.pieces()][0]);
});
