import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Where Core Tools have their Node.js worker, seen from the folder of `func`: as an archive, and as an npm package. */
const PLACES = ['workers/node', '../bin/workers/node'];

/**
 * The Node.js worker of the Functions host, of the Core Tools whose `func` is on a search path: the file that is
 * started. `undefined` where there is none.
 */
export function findWorker(searchPath: string): string | undefined {
  for (const folder of searchPath.split(path.delimiter)) {
    const func = path.join(folder, 'func');
    if (!existsSync(func)) continue;
    const home = path.dirname(realpathSync(func));
    const entries = PLACES.map((place) => path.join(home, place, 'dist/src/nodejsWorker.js'));
    const found = entries.find((entry) => existsSync(entry));
    if (found !== undefined) return found;
  }
  return undefined;
}
