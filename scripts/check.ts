import { exec, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';

/**
 * `npm run check`: dead code, types, layers, format and lint, and when these found nothing the unit tests. Two at a
 * time, because some of them use one core only. Exit code 1 when anything was found.
 */
const CHECKS = {
  'dead code': 'knip',
  types: 'npm run -s typecheck',
  layers: 'node scripts/check-layers.ts',
  'format and lint': 'biome ci --error-on-warnings .',
};
const root = path.resolve(import.meta.dirname, '..');
const atOnce = pLimit(2);

const passed = await Promise.all(Object.entries(CHECKS).map((check) => atOnce(() => runCheck(...check))));
if (!passed.every(Boolean)) process.exitCode = 1;
else process.exitCode = spawnSync('npm', ['run', '-s', 'test:fast'], { cwd: root, stdio: 'inherit' }).status ?? 1;

async function runCheck(name: string, command: string): Promise<boolean> {
  const began = performance.now();
  const failure = await promisify(exec)(command, { cwd: root, maxBuffer: Number.POSITIVE_INFINITY }).then(
    () => undefined,
    (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(failure === undefined ? `${name}: ok (${seconds} s)\n` : `${name}: not ok\n${failure}\n`);
  return failure === undefined;
}
