import { constants, crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { BLOCK_BYTES, encodeBlocks } from '../../kernel/text/encode-blocks.ts';

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

/** How an archive says what its files are. */
export interface ZipOptions {
  /** It was made on Unix, and its files get this type and these permissions. */
  unixMode?: number;
  /** Of the compression, from 1, the fastest, to 9; zlib's own choice unless given. */
  level?: number | undefined;
}

/**
 * A ZIP archive after https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, for parts below 4 GiB. Of each text
 * only a block and what is compressed already are in memory. The same parts give the same bytes.
 */
export function writeZip(parts: Iterable<ZipPart>, options: ZipOptions = {}): Uint8Array {
  return joinParts(
    Array.from(parts, (part) => compressPart(part, { level: options.level })),
    options,
  );
}

/** The same archive. Its blocks are compressed by other threads, while this one makes the next. */
export async function writeZipInThreads(parts: Iterable<ZipPart>, options: ZipOptions = {}): Promise<Uint8Array> {
  const compressed: CompressedPart[] = [];
  const level = { level: options.level };
  const places = Array.from({ length: AT_ONCE }, () => createPlace(level));
  try {
    for (const part of parts) compressed.push(await compressPartInThreads(part, places, level));
    return joinParts(compressed, options);
  } finally {
    for (const place of places) place.close();
  }
}

interface CompressedPart {
  name: string;
  data: Buffer[];
  crc: number;
  /** Before it was compressed. */
  bytes: number;
}

function joinParts(parts: readonly CompressedPart[], { unixMode }: ZipOptions): Uint8Array {
  const madeBy = half(unixMode === undefined ? VERSION : MADE_ON_UNIX | VERSION);
  const attributes = word(((unixMode ?? 0) << 16) >>> 0);
  const written: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, crc, bytes } of parts) {
    const file = Buffer.from(name);
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

/** Ends a block at a byte without ending the stream, so that blocks can follow one another. */
const BLOCK = { finishFlush: constants.Z_SYNC_FLUSH };

interface Level {
  level: number | undefined;
}

function compressPart({ name, content }: ZipPart, { level }: Level): CompressedPart {
  if (content instanceof Uint8Array) return compressBytes(name, content, { level });
  const { add, total } = createTotal();
  const data: Buffer[] = [];
  for (const block of encodeBlocks(content)) {
    add(block);
    data.push(deflateRawSync(block, { ...BLOCK, level }));
  }
  data.push(deflateRawSync(''));
  return { name, data, ...total() };
}

/** Blocks of one part under way at once: each is held twice. */
const AT_ONCE = 2;

/** A block of a sheet becomes far smaller than that, so that the thread is asked once for it. */
const OUTPUT_BYTES = BLOCK_BYTES / 8;

/** Nothing is under way in `places` when it returns. */
async function compressPartInThreads(
  { name, content }: ZipPart,
  places: readonly Place[],
  level: Level,
): Promise<CompressedPart> {
  if (content instanceof Uint8Array) return compressBytes(name, content, level);
  const { add, total } = createTotal();
  const data: Promise<Buffer>[] = [];
  for (const block of encodeBlocks(content)) {
    add(block);
    // A block is good until the next one is taken. What was in its place was compressed, or the loop would still wait.
    const place = places[data.length % AT_ONCE];
    if (place) data.push(place.deflate(block));
    await data.at(-AT_ONCE);
  }
  return { name, data: [...(await Promise.all(data)), deflateRawSync('')], ...total() };
}

/** Where one block at a time is compressed. */
interface Place {
  /** The block is copied. */
  deflate(block: Uint8Array): Promise<Buffer>;
  close(): void;
}

/**
 * Its memory is used again and again: V8 marks all of its heap for each 64 MiB that are allocated beside it, and zlib
 * clears what it begins with.
 */
function createPlace({ level }: Level): Place {
  const held = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  const stream = createDeflateRaw({ level, chunkSize: OUTPUT_BYTES });
  let written: Buffer[] = [];
  stream.on('data', (piece: Buffer) => void written.push(piece));
  return {
    deflate: (block) =>
      new Promise((resolve, reject) => {
        written = [];
        held.set(block);
        stream.once('error', reject);
        stream.write(held.subarray(0, block.byteLength));
        stream.flush(BLOCK.finishFlush, () => {
          stream.off('error', reject);
          // The next block is to be read without this one.
          stream.reset();
          resolve(Buffer.concat(written));
        });
      }),
    close: () => stream.close(),
  };
}

function compressBytes(name: string, content: Uint8Array, { level }: Level): CompressedPart {
  return { name, data: [deflateRawSync(content, { level })], crc: crc32(content), bytes: content.byteLength };
}

function createTotal() {
  let [crc, bytes] = [0, 0];
  return {
    add(block: Uint8Array) {
      crc = crc32(block, crc);
      bytes += block.byteLength;
    },
    total: () => ({ crc, bytes }),
  };
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
