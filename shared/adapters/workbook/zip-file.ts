import { constants, crc32, deflateRawSync } from 'node:zlib';
import { encodeBlocks } from '../../kernel/text/encode-blocks.ts';

/** A file of an archive: its bytes, or text that is taken piece by piece. */
export interface ZipPart {
  /** With forward slashes. */
  name: string;
  content: Uint8Array | Iterable<string>;
}

/** 1980-01-01 00:00, the first moment of the format: the time an archive was made must not show in its bytes. */
const NO_TIME = 0;
const FIRST_DAY = 0x21;
const VERSION = 20;
const MADE_ON_UNIX = 3 << 8;

/**
 * A ZIP archive after https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, for parts below 4 GiB. Of each text
 * only a block and what is compressed already are in memory. The same parts give the same bytes. With `unixMode`, the
 * archive says it was made on Unix, and its files get that type and those permissions.
 */
export function writeZip(parts: Iterable<ZipPart>, { unixMode }: { unixMode?: number } = {}): Uint8Array {
  const madeBy = half(unixMode === undefined ? VERSION : MADE_ON_UNIX | VERSION);
  const attributes = word(((unixMode ?? 0) << 16) >>> 0);
  const written: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of parts) {
    const file = Buffer.from(name);
    const { data, crc, bytes } = compress(content);
    const compressed = data.reduce((sum, one) => sum + one.byteLength, 0);
    const about = describe({ crc, compressed, bytes, name: file.byteLength });
    const header = Buffer.concat([word(0x04034b50), about, half(0), file]);
    written.push(header, ...data);
    const entry = [word(0x02014b50), madeBy, about, Buffer.alloc(8), attributes, word(offset), file];
    directory.push(Buffer.concat(entry));
    offset += header.byteLength + compressed;
  }
  const index = Buffer.concat(directory);
  const count = half(directory.length);
  const end = [word(0x06054b50), half(0), half(0), count, count, word(index.byteLength), word(offset), half(0)];
  return Buffer.concat([...written, index, ...end]);
}

function compress(content: ZipPart['content']): { data: Buffer[]; crc: number; bytes: number } {
  if (content instanceof Uint8Array)
    return { data: [deflateRawSync(content)], crc: crc32(content), bytes: content.byteLength };
  const data: Buffer[] = [];
  let crc = 0;
  let bytes = 0;
  for (const block of encodeBlocks(content)) {
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
  const flags = [half(VERSION), half(0x0800), half(8), half(NO_TIME), half(FIRST_DAY)];
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
