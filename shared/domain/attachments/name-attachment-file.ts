import { cleanText } from '../../kernel/text/clean-text.ts';
import { endingOf, isTextEnding } from './file-kinds.ts';
import type { ImageType } from './image-size.ts';

/** Of the name it was uploaded with; with a number and an ending it stays below the 255 bytes of file systems. */
const MAX_CHARACTERS = 50;

/**
 * The name an attachment has as a file: a number, which makes it the only one of its name and no name that a tool looks
 * for, and letters, digits, dots, dashes and underscores. Its ending says what its bytes are: `.txt` for text that
 * calls itself something else, SVG among it, which a program may take for an image.
 */
export function nameAttachmentFile(number: number, name: string, content: ImageType | 'text'): string {
  const clean = cleanText(name.normalize('NFC')).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  const whole = clean.replaceAll(/^[.-]+|[.-]+$/g, '') || 'file';
  const ending = endingOf(whole);
  const stem = ending === '' ? whole : whole.slice(0, -ending.length - 1);
  const short = [...stem].slice(0, MAX_CHARACTERS).join('');
  const kept = ending === '' ? short : `${short}.${ending}`;
  return `${number}-${kept}${missingEnding(ending, content)}`;
}

function missingEnding(ending: string, content: ImageType | 'text'): string {
  if (content === 'text') return isTextEnding(ending) && ending !== 'svg' ? '' : '.txt';
  const [own = '', ...others] = ENDINGS[content];
  return [own, ...others].includes(ending) ? '' : `.${own}`;
}

const ENDINGS: Record<ImageType, readonly string[]> = {
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
};
