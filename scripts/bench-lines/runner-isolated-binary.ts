import type { BenchEnvironment, BenchLine } from '../bench-tools/bench-line.ts';
import { measureCodingRun } from '../bench-tools/measure-coding-run.ts';

export async function benchIsolatedBinary(environment: BenchEnvironment): Promise<BenchLine> {
  return measureCodingRun(environment, {
    name: '1,000 files, one of 50 MB',
    files: 1000,
    binaryMegabytes: 50,
    isolated: true,
  });
}
