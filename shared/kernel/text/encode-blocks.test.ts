import { expect, it } from 'vitest';
import { encodeBlocks } from './encode-blocks.ts';

const MIB = 1 << 20;

/** Copies, because a block is good until the next one only. */
function blocksOf(pieces: Iterable<string | Uint8Array>): Buffer[] {
  return Array.from(encodeBlocks(pieces), (block) => Buffer.from(block));
}

it.each([
  ['nothing', []],
  ['an empty text', ['']],
  ['short texts', ['a', 'ü', '漢字', '🙂', '\n']],
  ['bytes between texts', ['a', Uint8Array.of(0, 255), 'b']],
  ['many texts', Array.from({ length: 3000 }, (_, index) => `${index} ${'ä'.repeat(700)}`)],
  ['a text longer than a block', ['x', '漢'.repeat(MIB), 'y']],
  ['bytes longer than two blocks', [new Uint8Array(2 * MIB + 7).fill(9), 'z']],
])('keeps every byte of %s', (_, pieces: (string | Uint8Array)[]) => {
  const blocks = blocksOf(pieces);
  expect(Buffer.concat(blocks).equals(Buffer.concat(pieces.map((piece) => Buffer.from(piece))))).toBe(true);
  for (const block of blocks) expect(block.byteLength).toBeLessThanOrEqual(MIB);
});

it('fills its blocks but the last', () => {
  const blocks = blocksOf(Array.from({ length: 3 * MIB }, () => 'a'));
  expect(blocks.map((block) => block.byteLength)).toEqual([MIB, MIB, MIB]);
});
