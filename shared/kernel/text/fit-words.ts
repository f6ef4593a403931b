/**
 * The text, or as many of its whole words as fit, ending in `…`. A word is never cut, so that a secret in text which
 * has not been masked yet is there as a whole or not at all, and is recognised by the redactor that sees it next.
 */
export function fitWords(text: string, maxLength: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= maxLength) return whole;
  const head = /^[\s\S]*\s/.exec(whole.slice(0, maxLength))?.[0] ?? '';
  return `${head.trimEnd()}…`;
}
