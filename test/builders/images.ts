import { crc32 } from 'node:zlib';

/** The head of an image, which is all that is read of one here. Bytes behind it are anything. */
const HEADS = {
  'image/png': (width: number, height: number) => [
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
    ...bytesOf(width, 4),
    ...bytesOf(height, 4),
  ],
  'image/gif': (width: number, height: number) => [
    ...Buffer.from('GIF89a'),
    ...bytesOf(width, 2).reverse(),
    ...bytesOf(height, 2).reverse(),
  ],
  'image/jpeg': (width: number, height: number) => [
    ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 0x4a, 0x46, 0xff, 0xff, 0xc4, 0, 3, 0],
    ...[0xff, 0xc2, 0, 17, 8, ...bytesOf(height, 2), ...bytesOf(width, 2)],
  ],
  'image/webp': (width: number, height: number) => [
    ...Buffer.from('RIFF....WEBPVP8X'),
    ...[0, 0, 0, 0, 0, 0, 0, 0],
    ...bytesOf(width - 1, 3).reverse(),
    ...bytesOf(height - 1, 3).reverse(),
  ],
};

/** An image of this type and size as far as its head says. */
export function anImage(type: keyof typeof HEADS = 'image/png', width = 640, height = 480): Uint8Array {
  return Uint8Array.from([...HEADS[type](width, height), 0, 0, 0, 0]);
}

/** A whole PNG of one red pixel. */
export const RED_PIXEL: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

function bytesOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => (value >>> (8 * (count - 1 - at))) & 0xff);
}

/** A whole PNG whose metadata (a `tEXt` chunk) say this. */
export function aPngThatSays(words: string): Uint8Array {
  const chunk = Buffer.concat([Buffer.from('tEXtComment\0'), Buffer.from(words, 'latin1')]);
  const text = [...bytesOf(chunk.length - 4, 4), ...chunk, ...bytesOf(crc32(chunk), 4)];
  const end = RED_PIXEL.length - 12;
  return Uint8Array.from([...RED_PIXEL.subarray(0, end), ...text, ...RED_PIXEL.subarray(end)]);
}

/** The head of a JPEG whose EXIF metadata say this. */
export function aJpegThatSays(words: string): Uint8Array {
  const exif = Buffer.from(`Exif\0\0${words}`, 'latin1');
  const [start, mark, ...rest] = anImage('image/jpeg');
  return Uint8Array.from([start ?? 0, mark ?? 0, 0xff, 0xe1, ...bytesOf(exif.length + 2, 2), ...exif, ...rest]);
}
