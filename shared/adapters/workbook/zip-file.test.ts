import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
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

it('allocates little beside the heap of V8 for each block, which it would collect garbage for', async () => {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const content = function* () {
    for (let block = 0; block < 48; block += 1) {
      yield 'row '.repeat(BLOCK_BYTES / 4);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
  };
  await writeZipInThreads([{ name: 'long.xml', content: content() }]);
  expect(most / BLOCK_BYTES).toBeLessThan(20);
});
