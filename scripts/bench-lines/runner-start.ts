import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { BenchLine } from '../bench-tools/bench-line.ts';
import { measureCost } from '../bench-tools/measure-cost.ts';
import { takeTurns } from '../bench-tools/take-turns.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const ROUNDS = 9;

/**
 * Processor time of the runner's start, to where it reads its settings, as the image has it: with what Node compiled
 * when the image was built, against without. Linux only.
 */
export async function benchRunnerStart(): Promise<BenchLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  try {
    const app = path.join(folder, 'app');
    await run(process.execPath, [path.join(root, 'scripts/lay-out-runner.ts'), app]);
    const cache = path.join(app, 'compile-cache');
    const start = async () => {
      const program = async () =>
        spawnSync(process.execPath, [path.join(app, 'main.js')], { env: {}, stdio: 'ignore' });
      return (await measureCost(program)).cpuMs;
    };
    const measured = await takeTurns(
      ROUNDS,
      async () => {
        await rename(cache, `${cache}.away`);
        return start().finally(() => rename(`${cache}.away`, cache));
      },
      start,
    );
    return {
      name: 'runner start, with the compile cache of the image',
      unit: 'ms of processor',
      ...measured,
      limit: 1,
      note: 'floor is the same start without the cache',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
