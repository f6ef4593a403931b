import { constants, crc32, deflateRawSync } from 'node:zlib';
import { encodeBlocks } from '../../kernel/text/encode-blocks.ts';

/** A file of an archive; its text is taken piece by piece. */
export interface ZipPart {
  name: string;
  text: Iterable<string>;
}

/** 1980-01-01 00:00, the first moment of the format: the time an archive was made must not show in its bytes. */
const NO_TIME = 0;
const FIRST_DAY = 0x21;

/**
 * A ZIP archive after https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, for parts below 4 GiB. Of each part
 * only a block and what is compressed already are in memory. The same parts give the same bytes.
 */
export function writeZip(parts: Iterable<ZipPart>): Uint8Array {
  const written: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of parts) {
    const file = Buffer.from(name);
    const { data, crc, bytes } = compress(text);
    const compressed = data.reduce((sum, one) => sum + one.byteLength, 0);
    const about = describe({ crc, compressed, bytes, name: file.byteLength });
    const header = Buffer.concat([word(0x04034b50), about, half(0), file]);
    written.push(header, ...data);
    directory.push(word(0x02014b50), half(20), about, Buffer.alloc(12), word(offset), file);
    offset += header.byteLength + compressed;
  }
  const index = Buffer.concat(directory);
  const count = half(directory.length / 6);
  const end = [word(0x06054b50), half(0), half(0), count, count, word(index.byteLength), word(offset), half(0)];
  return Buffer.concat([...written, index, ...end]);
}

function compress(text: Iterable<string>): { data: Buffer[]; crc: number; bytes: number } {
  const data: Buffer[] = [];
  let crc = 0;
  let bytes = 0;
  for (const block of encodeBlocks(text)) {
    crc = crc32(block, crc);
    bytes += block.byteLength;
    // Ends at a byte without ending the stream, so that blocks can follow one another.
    data.push(deflateRawSync(block, { finishFlush: constants.Z_SYNC_FLUSH }));
  }
  data.push(deflateRawSync(''));
  return { data, crc, bytes };
}

/** What the header of a file and its entry in the directory have in common: version 2.0, UTF-8 names, deflate. */
function describe({ crc, compressed, bytes, name }: { crc: number; compressed: number; bytes: number; name: number }) {
  const flags = [half(20), half(0x0800), half(8), half(NO_TIME), half(FIRST_DAY)];
  return Buffer.concat([...flags, word(crc), word(compressed), word(bytes), half(name)]);
}

function half(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function word(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
