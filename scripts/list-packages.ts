import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * The installed packages that match (`name` or `@scope/*`) and everything they need, as paths below `root`. Optional
 * ones count where they are installed. @throws {Error} that names a package which is missing.
 */
export function listPackages(root: string, patterns: readonly string[]): string[] {
  const found = new Set<string>();
  const pending = patterns.flatMap((pattern) => expand(root, pattern));
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    if (found.has(directory)) continue;
    found.add(directory);
    const file = path.join(root, directory, 'package.json');
    const { dependencies, optionalDependencies } = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const dependency = resolve(root, directory, name);
      if (dependency) pending.push(dependency);
      else if (!(name in optionalDependencies)) throw new Error(`${name}, which ${directory} needs, is not installed`);
    }
  }
  return [...found].sort();
}

function expand(root: string, pattern: string): string[] {
  const scope = /^(@[^/]+)\/\*$/.exec(pattern)?.[1];
  const names = scope
    ? readdirSync(path.join(root, 'node_modules', scope)).map((name) => `${scope}/${name}`)
    : [pattern];
  return names.map((name) => path.join('node_modules', name));
}

/** As Node looks for it: beside the package that needs it, then further up. */
function resolve(root: string, from: string, name: string): string | undefined {
  for (let directory = from; ; directory = path.dirname(directory)) {
    const candidate = path.join(directory, 'node_modules', name);
    if (path.basename(directory) !== 'node_modules' && existsSync(path.join(root, candidate, 'package.json')))
      return path.normalize(candidate);
    if (directory === '.') return undefined;
  }
}
