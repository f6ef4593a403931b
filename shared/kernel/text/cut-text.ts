/** As much of the beginning of the text as fits. Never cuts a character in half. */
export function cutText(text: string, maxLength: number): string {
  const cut = text.slice(0, maxLength);
  // The last unit alone is looked at: a pattern for the end of a text is tried at each of its places.
  return isFirstHalf(cut.charCodeAt(cut.length - 1)) ? cut.slice(0, -1) : cut;
}

/** Whether it is the first of two UTF-16 units that make one character. NaN, of an empty text, is none. */
function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
