/** As much of the beginning of the text as fits. Never cuts a character in half. */
export function cutText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replace(/[\ud800-\udbff]$/u, '');
}
