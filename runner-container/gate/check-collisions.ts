import { foldPath } from '../../shared/domain/paths/fold-path.ts';
import type { ChangeList } from '../git/change.ts';
import type { Violation } from './violation.ts';

/** New paths that are the same file or directory as another one where case or Unicode form does not count. */
export function checkCollisions({ changes, pathsBefore }: ChangeList): Violation[] {
  const added = changes.filter(({ kind }) => kind === 'added' || kind === 'renamed');
  // All paths of a repository are folded for them, which a large one notices.
  if (added.length === 0) return [];
  const gone = new Set(changes.map(({ kind, path, oldPath }) => (kind === 'deleted' ? path : oldPath)));
  const kept = pathsBefore.filter((path) => !gone.has(path));
  const spellings = listSpellings(
    kept,
    added.map(({ path }) => path),
  );

  return added.flatMap(({ path }): Violation[] => {
    const other = rememberNew(spellings, path);
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

/** How a folded path is spelled; more than one way only where it was so before. */
type Spellings = Map<string, string[]>;

/** Of all that a new path, or a directory above it, could be taken for. */
function listSpellings(paths: readonly string[], newPaths: readonly string[]): Spellings {
  const spellings: Spellings = new Map();
  for (const path of newPaths) for (const name of withDirectories(path)) spellings.set(foldPath(name), []);
  const seen = new Set<string>();
  for (const path of paths) {
    spellings.get(foldPath(path))?.push(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const directory = path.slice(0, end);
      // What stands above it was seen as well.
      if (seen.has(directory)) break;
      seen.add(directory);
      spellings.get(foldPath(directory))?.push(directory);
    }
  }
  return spellings;
}

/** Notes how a new path and its directories are spelled; returns another spelling where there is only that one. */
function rememberNew(spellings: Spellings, path: string): string | undefined {
  let other: string | undefined;
  for (const name of withDirectories(path)) {
    const known = spellings.get(foldPath(name)) ?? [];
    if (known.includes(name)) return other;
    if (known.length === 0) known.push(name);
    else [other] = known;
  }
  return other;
}

/** `a/b/c` -> `a/b/c`, `a/b`, `a` */
function withDirectories(path: string): string[] {
  const names: string[] = [];
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) names.push(path.slice(0, end));
  return names;
}
