import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildProgram, listPrograms } from './build-program.ts';

// Packs the command line as one package without dependencies, for the registry of a company:
// `npm run pack:cli -- [--name @company/cmap] [--out DIRECTORY]`. Prints the path of the tarball.
const root = path.resolve(fileURLToPath(import.meta.url), '../..');
const { values } = parseArgs({
  options: { name: { type: 'string', default: '@cmap-agent/cmap' }, out: { type: 'string', default: 'dist' } },
});
const { name } = values;
// Without a scope of its own it would be the package of another project: `cmap` on npm is one.
if (!/^@[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/.test(name))
  throw new Error(`The name needs a scope, such as @company/cmap; it is ${JSON.stringify(name)}`);

const out = path.resolve(values.out);
const folder = path.join(out, 'package');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { cli } = listPrograms(path.join(folder, 'built'));
await buildProgram({ ...cli, directory: path.join(folder, 'lib'), options: { ...cli.options, sourcemap: false } });
const { version, description, license } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const manifest = {
  name,
  version,
  description,
  license,
  type: 'module',
  bin: { cmap: 'lib/bin.js' },
  files: ['lib'],
  engines: { node: '>=22.15' },
  // Never public by accident.
  publishConfig: { access: 'restricted' },
};
writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md'])
  copyFileSync(path.join(root, file), path.join(folder, file));
execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], {
  cwd: folder,
  stdio: ['ignore', 'ignore', 'inherit'],
  shell: process.platform === 'win32',
});
rmSync(folder, { recursive: true });
// As npm names it.
const tarball = `${name.slice(1).replace('/', '-')}-${version}.tgz`;
process.stdout.write(`${path.join(out, tarball)}\n`);
