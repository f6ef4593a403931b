import { foldPath } from '../../shared/domain/paths/fold-path.ts';
import type { Change, ChangeList } from '../git/change.ts';
import type { Violation } from './violation.ts';

/** New paths that are the same file or directory as another one where case or Unicode form does not count. */
export function checkCollisions({ changes, pathsBefore }: ChangeList): Violation[] {
  // All paths of a repository are folded for them, which a large one notices.
  if (!changes.some(isNew)) return [];
  const gone = new Set(changes.map(({ kind, path, oldPath }) => (kind === 'deleted' ? path : oldPath)));
  const spellings: Spellings = new Map();
  for (const path of pathsBefore) if (!gone.has(path)) remember(spellings, path, 'before');

  return changes.filter(isNew).flatMap(({ path }): Violation[] => {
    const other = remember(spellings, path, 'new');
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

function isNew({ kind }: Change): boolean {
  return kind === 'added' || kind === 'renamed';
}

/** How a folded path is spelled; more than one way only where it was so before. */
type Spellings = Map<string, string[]>;

/** Notes how a path and its directories are spelled; returns another spelling where there is only that one. */
function remember(spellings: Spellings, path: string, when: 'before' | 'new'): string | undefined {
  let other: string | undefined;
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const prefix = path.slice(0, end);
    const folded = foldPath(prefix);
    const known = spellings.get(folded);
    // What stands above it is known as well.
    if (known?.includes(prefix)) return other;
    if (known === undefined) spellings.set(folded, [prefix]);
    else if (when === 'before') known.push(prefix);
    else [other] = known;
  }
  return other;
}
