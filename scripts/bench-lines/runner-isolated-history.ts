import type { BenchEnvironment, BenchLine } from '../bench-tools/bench-line.ts';
import { measureCodingRun } from '../bench-tools/measure-coding-run.ts';

export async function benchIsolatedHistory(environment: BenchEnvironment): Promise<BenchLine> {
  return measureCodingRun(environment, {
    name: '4,000 files, 300 MB of history',
    files: 4000,
    historyMegabytes: 300,
    isolated: true,
  });
}
