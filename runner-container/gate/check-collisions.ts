import type { ChangeList } from '../git/change.ts';
import { foldPath } from './fold-path.ts';
import type { Violation } from './violation.ts';

/** New paths that are the same file or directory as another one where case or Unicode form does not count. */
export function checkCollisions({ changes, pathsBefore }: ChangeList): Violation[] {
  const gone = new Set(changes.map(({ kind, path, oldPath }) => (kind === 'deleted' ? path : oldPath)));
  const spellings = new Map<string, string>();
  for (const path of pathsBefore) if (!gone.has(path)) remember(spellings, path);

  return changes.flatMap(({ kind, path }): Violation[] => {
    if (kind !== 'added' && kind !== 'renamed') return [];
    const other = remember(spellings, path);
    if (other === undefined) return [];
    return [
      {
        rule: 'path-collision',
        path,
        message: `Is the same name as "${other}" where upper and lower case do not count.`,
      },
    ];
  });
}

/** Notes how a path and its directories are spelled; returns the other spelling when there is one already. */
function remember(spellings: Map<string, string>, path: string): string | undefined {
  let other: string | undefined;
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const prefix = path.slice(0, end);
    const folded = foldPath(prefix);
    const known = spellings.get(folded);
    if (known === undefined) spellings.set(folded, prefix);
    else if (known !== prefix) other = known;
    else return other;
  }
  return other;
}
