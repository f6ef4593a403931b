import { cutText } from './cut-text.ts';

/** The text, or as much of its beginning as fits, ending in `…`. Never cuts a character in half; repairs half ones. */
export function fitText(text: string, maxLength: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= maxLength) return whole;
  return `${cutText(whole, maxLength - 1)}…`;
}
