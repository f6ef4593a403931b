export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

export interface ImageSize {
  width: number;
  height: number;
}

/**
 * Width and height as the head of an image says them; `undefined` where it says none. Nothing is unpacked: a small file
 * may say that it is an image of a terabyte.
 */
export function readImageSize(bytes: Uint8Array, type: ImageType): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = READERS[type](view);
    return size && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (error) {
    // The file ends before its head does.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const READERS: Record<ImageType, (view: DataView) => ImageSize | undefined> = {
  // https://www.w3.org/TR/png-3/#11IHDR
  'image/png': (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  // https://www.w3.org/Graphics/GIF/spec-gif89a.txt, 18
  'image/gif': (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  'image/jpeg': readJpegSize,
  'image/webp': readWebpSize,
};

/** Segments follow each other until the one that begins a frame. https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1.1 */
function readJpegSize(view: DataView): ImageSize | undefined {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // A marker may have any number of fill bytes before it.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15 without the tables that have numbers between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebpSize(view: DataView): ImageSize | undefined {
  switch (view.getUint32(12)) {
    case chunk('VP8 '):
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case chunk('VP8L'): {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case chunk('VP8X'):
      return { width: 1 + readUint24(view, 24), height: 1 + readUint24(view, 27) };
    default:
      return undefined;
  }
}

function chunk(name: string): number {
  return [...name].reduce((sum, character) => sum * 256 + character.charCodeAt(0), 0);
}

function readUint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
}
