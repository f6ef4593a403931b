/** The first names in one line, and how many more there are: `a, b and 3 more`. */
export function nameSome(names: readonly string[], max: number): string {
  const more = names.length - max;
  const named = names.slice(0, max).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}

/** The first items as lines of a list, and one line that says how many more there are. */
export function listSome(items: readonly string[], max: number): string[] {
  const more = items.length - max;
  const lines = items.slice(0, max).map((item) => `- ${item}`);
  return more > 0 ? [...lines, `- and ${more} more`] : lines;
}
