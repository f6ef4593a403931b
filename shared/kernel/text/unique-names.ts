/** Each text once, in the order of its code units. */
export function uniqueNames<Text extends string>(texts: Iterable<Text>): Text[] {
  return [...new Set(texts)].sort();
}
