/** Why a text can be no token, as the end of a sentence; `undefined` when it may be one. Never repeats the text. */
export function findTokenProblem(text: string, noun = 'token'): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(text)) return `holds spaces or characters no ${noun} has`;
  if (text.length < 8) return `is too short to be a ${noun}`;
  return undefined;
}
