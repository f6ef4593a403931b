const NONE: never[] = [];

/** The list, or one empty list that all rows share: most lists of most changes are empty. */
export function orNone<T>(list: T[]): T[] {
  return list.length === 0 ? NONE : list;
}
