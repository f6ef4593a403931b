/**
 * The text on one line: every run of white space and control characters, line ends of any kind included, is one space.
 */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
