import { unzipSync } from 'fflate';
import { expect, it, vi } from 'vitest';
import { BLOCK_BYTES } from '../../kernel/text/encode-blocks.ts';
import { writeZip, writeZipInThreads } from './zip-file.ts';

const LONG = Array.from({ length: 40 }, (_, index) => `${index} ü 🙂 ${'row '.repeat(BLOCK_BYTES / 40)}`);
const parts = () => [
  { name: 'bytes.bin', content: Uint8Array.of(0, 255, 80) },
  { name: 'long.xml', content: LONG },
  { name: 'empty.xml', content: [] },
];

it('gives the same archive in other threads, of texts of many blocks too', async () => {
  const archive = await writeZipInThreads(parts());
  expect(Buffer.from(archive).equals(writeZip(parts()))).toBe(true);
  const read = unzipSync(archive);
  expect(Object.keys(read)).toEqual(parts().map(({ name }) => name));
  expect(Buffer.from(read['long.xml'] ?? []).toString('utf8') === LONG.join('')).toBe(true);
});

it('compresses with less work where a level says so, in other threads too', async () => {
  const content = Array.from({ length: 4_000 }, (_, index) => `row ${index} of ${(index * 7919) % 4_000}; `);
  const mixed = () => [
    { name: 'bytes.bin', content: Buffer.from(content.join('')) },
    { name: 'long.xml', content },
  ];
  const fast = writeZip(mixed(), { level: 1 });
  expect(Buffer.from(await writeZipInThreads(mixed(), { level: 1 })).equals(fast)).toBe(true);
  expect(fast.byteLength).toBeGreaterThan(writeZip(mixed()).byteLength * 1.1);
  const read = unzipSync(fast);
  for (const { name } of mixed()) expect(Buffer.from(read[name] ?? []).toString()).toBe(content.join(''));
});

it('takes the texts of a part after those of the part before', async () => {
  const written: string[] = [];
  const content = function* (name: string) {
    yield name;
    written.push(name);
  };
  const later = function* () {
    yield { name: 'a', content: content('a') };
    yield { name: 'b', content: content(`b after ${written.join()}`) };
  };
  expect(Buffer.from(unzipSync(await writeZipInThreads(later()))['b'] ?? []).toString()).toBe('b after a');
});

it('holds the blocks of a text in two buffers that are used again', async () => {
  // Garbage beside the heap is collected at any time, so what is made is counted, and not what is there.
  let large = 0;
  const count = (buffer: Buffer) => {
    if (buffer.byteLength >= BLOCK_BYTES / 2) large += 1;
    return buffer;
  };
  const spies = (['alloc', 'allocUnsafe', 'allocUnsafeSlow', 'from'] as const).map((name) => {
    const make = Buffer[name].bind(Buffer) as (...given: unknown[]) => Buffer;
    return vi.spyOn(Buffer, name).mockImplementation(((...given: unknown[]) => count(make(...given))) as never);
  });
  const content = function* () {
    for (let piece = 0; piece < 480; piece += 1) yield 'row '.repeat(BLOCK_BYTES / 40);
  };
  try {
    await writeZipInThreads([{ name: 'long.xml', content: content() }]);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  // And the one in which blocks are encoded.
  expect(large).toBe(3);
});
