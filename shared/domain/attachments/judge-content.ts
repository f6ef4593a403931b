import { readUtf8 } from '../../kernel/text/read-utf8.ts';
import { type ImageType, readImageSize } from './image-size.ts';

/** What a file is by its bytes; its name and what Jira says of it count for nothing. */
export type JudgedContent =
  | { kind: 'image'; type: ImageType }
  | { kind: 'text'; text: string }
  /** `what`: words for people, to stand behind the name. */
  | { kind: 'other'; what: string };

/** What model endpoints refuse: a side of more pixels. */
const MAX_SIDE = 8000;
/** And what makes a program that unpacks it need more than 160 MB. */
const MAX_PIXELS = 40_000_000;

/** Images that models take, text in UTF-8 (SVG and HTML among it), and the rest by the words for what it is. */
export function judgeContent(bytes: Uint8Array): JudgedContent {
  if (bytes.byteLength === 0) return { kind: 'other', what: 'empty' };
  const type = IMAGES.find(({ begin }) => begin(bytes))?.type;
  if (type) return judgeImage(bytes, type);
  const known = OTHERS.find(({ begin }) => startsWith(bytes, begin));
  if (known) return { kind: 'other', what: known.what };
  const text = readUtf8(bytes);
  if (text === undefined || text.includes('\0')) return { kind: 'other', what: 'neither an image nor text in UTF-8' };
  return { kind: 'text', text };
}

function judgeImage(bytes: Uint8Array, type: ImageType): JudgedContent {
  const size = readImageSize(bytes, type);
  if (!size) return { kind: 'other', what: 'a damaged image' };
  const { width, height } = size;
  if (Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS)
    return { kind: 'other', what: `an image of ${width} by ${height} pixels, which is too large` };
  return { kind: 'image', type };
}

const IMAGES: readonly { type: ImageType; begin: (bytes: Uint8Array) => boolean }[] = [
  { type: 'image/png', begin: (bytes) => startsWith(bytes, '\x89PNG\r\n\x1a\n') },
  { type: 'image/jpeg', begin: (bytes) => startsWith(bytes, '\xff\xd8\xff') },
  { type: 'image/gif', begin: (bytes) => startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a') },
  { type: 'image/webp', begin: (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes.subarray(8), 'WEBP') },
];

/** Some of them may be UTF-8 as a whole. */
const OTHERS: readonly { begin: string; what: string }[] = [
  { begin: '%PDF-', what: 'a PDF' },
  { begin: '{\\rtf', what: 'an Office document' },
  { begin: '\xd0\xcf\x11\xe0', what: 'an Office document' },
  { begin: 'PK\x03\x04', what: 'an archive or an Office document' },
  { begin: 'PK\x05\x06', what: 'an archive' },
  { begin: '\x1f\x8b', what: 'an archive' },
  { begin: 'BZh', what: 'an archive' },
  { begin: "7z\xbc\xaf'\x1c", what: 'an archive' },
  { begin: 'Rar!\x1a\x07', what: 'an archive' },
  { begin: '\xfd7zXZ\0', what: 'an archive' },
];

/** `begin` has a character for each byte. */
function startsWith(bytes: Uint8Array, begin: string): boolean {
  return Buffer.from(bytes.subarray(0, begin.length)).toString('latin1') === begin;
}
