import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { packageFunctions } from './deploy/package-functions.ts';

// Lays out in dist/image what the image of the functions has at /home/site/wwwroot: the package that is also published
// to Azure.
const root = path.resolve(fileURLToPath(import.meta.url), '../..');
execFileSync(process.execPath, [path.join(root, 'scripts/build.ts'), '--quiet', '--only=functions'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const packed = packageFunctions(root, { folder: 'dist/image', archive: 'dist/image.zip' });
process.stdout.write(`dist/image  ${packed}\n`);
