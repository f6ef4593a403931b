/**
 * The beginnings of ids, as long as it takes to tell them apart and at least `least` characters; every command accepts
 * a beginning.
 */
export function shortenIds(ids: readonly string[], least: number): Map<string, string> {
  const all = [...new Set(ids)];
  for (let length = least; ; length += 4) {
    const short = all.map((id) => id.slice(0, length));
    if (new Set(short).size === all.length) return new Map(all.map((id, index) => [id, short[index] ?? id]));
  }
}
