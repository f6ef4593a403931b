import { escapePattern } from '../../kernel/text/escape-pattern.ts';
import { oneLine } from '../../kernel/text/one-line.ts';

/** Whether a text of Jira, as Markdown, has an attachment of this name standing in it. */
export function isNamedIn(text: string, name: string): boolean {
  return text.includes('[attachment: ') && placeOf(name).test(text);
}

/** The same text with `[image: file]` wherever one of these attachments stands in it. */
export function nameImages(text: string, images: readonly { name: string; file: string }[]): string {
  if (!text.includes('[attachment: ')) return text;
  return images.reduce((named, { name, file }) => named.replaceAll(placeOf(name, 'g'), `[image: ${file}]`), text);
}

/** How Jira's documents name what stands in them: by the name of the file, any part of which may be escaped. */
function placeOf(name: string, flags = ''): RegExp {
  const written = Array.from(oneLine(name), (character) => `\\\\?${escapePattern(character)}`).join('');
  return new RegExp(`\\[attachment: ${written}\\\\?\\]`, `u${flags}`);
}
