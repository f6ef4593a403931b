/** The text with its lines joined by a space, and nothing else changed: in code and addresses two spaces are two. */
export function joinLines(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .join(' ');
}
