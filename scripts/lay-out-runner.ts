import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { fillCompileCache } from './fill-compile-cache.ts';
import { listPackages } from './list-packages.ts';
import { RUNNER_EXTERNALS } from './runner-externals.ts';

// Lays out a directory as the runner image has it at /app: `node scripts/lay-out-runner.ts DIRECTORY`. The directory is
// replaced.
const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const [target] = process.argv.slice(2);
if (!target) throw new Error('Say where: node scripts/lay-out-runner.ts DIRECTORY');
const app = path.resolve(target);

rmSync(app, { recursive: true, force: true });
mkdirSync(app, { recursive: true });
for (const program of ['runner', 'cli', 'trial', 'eval']) {
  const build = ['--quiet', `--only=${program}`, `--out=${path.join(app, 'built')}`];
  const args = [path.join(root, 'scripts/build.ts'), ...build];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
// The command line beside it, so that pipelines and operators need no other image: `cmap` on the path of the image.
renameSync(path.join(app, 'built/cli'), path.join(app, 'cli'));
chmodSync(path.join(app, 'cli/bin.js'), 0o755);
// What the command line starts for `cmap replay` and `cmap eval`.
for (const program of ['trial', 'eval']) renameSync(path.join(app, 'built', program), path.join(app, program));
// It holds the hidden tests, which are no business of the agent's user.
chmodSync(path.join(app, 'eval'), 0o700);
for (const name of readdirSync(path.join(app, 'built/runner'))) {
  renameSync(path.join(app, 'built/runner', name), path.join(app, name));
}
rmSync(path.join(app, 'built'), { recursive: true });
writeFileSync(path.join(app, 'package.json'), '{ "type": "module", "private": true }\n');

for (const directory of listPackages(root, RUNNER_EXTERNALS)) {
  const source = path.join(root, directory);
  const isOwn = (file: string) => !path.relative(source, file).split(path.sep).includes('node_modules');
  cpSync(source, path.join(app, directory), { recursive: true, dereference: true, filter: isOwn });
}
// A process whose executable its user cannot read is closed to that user's other processes: its memory, its pipes, its
// files.
for (const runtime of globSync('node_modules/@github/*/prebuilds/*/copilot-runtime', { cwd: app })) {
  chmodSync(path.join(app, runtime), 0o711);
}
fillCompileCache(app);
