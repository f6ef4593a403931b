/** A sentence with a full stop at its end, unless it has an end of its own. */
export function endSentence(text: string): string {
  const sentence = text.trim();
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
