import { execFileSync, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Packages beside the bundle that a run loads. */
const LOADED = ['@github/copilot-sdk', '@secretlint/core', '@secretlint/secretlint-rule-preset-recommend'];

/**
 * Has Node compile everything that a laid-out runner loads into `compile-cache` beside it, where the runner looks for
 * it. Node finds it again by the paths of the files: the directory must not be moved afterwards.
 * @throws {Error} when a file of the layout cannot be loaded.
 */
export function fillCompileCache(app: string): void {
  const cache = path.join(app, 'compile-cache');
  // Importing does nothing but for the program itself.
  const parts = globSync('chunks/*.js', { cwd: app }).filter((file) => !path.basename(file).startsWith('main-'));
  const names = [...parts.map((file) => pathToFileURL(path.join(app, file)).href), ...LOADED];
  const script = `import { enableCompileCache } from 'node:module';
enableCompileCache(${JSON.stringify(cache)});
for (const name of ${JSON.stringify(names)}) await import(name);
process.exit(0);`;
  const options = { cwd: app, env: {} };
  execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    ...options,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Without settings the program loads its parts, says what is missing and ends.
  spawnSync(process.execPath, [path.join(app, 'main.js')], { ...options, stdio: 'ignore' });
}
