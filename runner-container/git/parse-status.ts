/** One path that is not as HEAD has it. */
export interface StatusEntry {
  path: string;
  kind: 'added' | 'modified' | 'deleted';
}

/** What `git status` lists. */
export interface StatusListing {
  entries: StatusEntry[];
  /** A directory that is ignored as a whole ends with `/`. */
  ignored: string[];
  /** There are more entries. */
  truncated: boolean;
}

/**
 * Reads https://git-scm.com/docs/git-status, "Porcelain Format Version 2", with `-z`, without renames. Output that was
 * cut counts as far as its records are whole.
 */
export function parseStatus(output: string, isCut: boolean): StatusListing {
  const records = output.slice(0, output.lastIndexOf('\0') + 1).split('\0');
  const ignored = records.flatMap((record) => (record.startsWith('! ') ? [record.slice(2)] : []));
  // Git lists what is ignored after all else, so a list that is cut there has every entry.
  return { entries: records.flatMap(parseEntry), ignored, truncated: isCut && ignored.length === 0 };
}

function parseEntry(record: string): StatusEntry[] {
  if (record.startsWith('? ')) return [{ path: withoutSlash(record.slice(2)), kind: 'added' }];
  const columns = record.split(' ');
  const state = columns[1] ?? '';
  if (record.startsWith('1 ')) return [{ path: columns.slice(8).join(' '), kind: toKind(state) }];
  if (record.startsWith('u ')) return [{ path: columns.slice(10).join(' '), kind: 'modified' }];
  return [];
}

function toKind(state: string): StatusEntry['kind'] {
  if (state.includes('D')) return 'deleted';
  return state.startsWith('A') ? 'added' : 'modified';
}

/** A repository inside the work tree is listed as `name/`. */
function withoutSlash(name: string): string {
  return name.endsWith('/') ? name.slice(0, -1) : name;
}
