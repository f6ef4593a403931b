import type { BenchEnvironment, BenchLine } from '../bench-tools/bench-line.ts';
import { measureCodingRun } from '../bench-tools/measure-coding-run.ts';

export async function benchIsolatedRunner(environment: BenchEnvironment): Promise<BenchLine> {
  return measureCodingRun(environment, { name: '4,000 files', files: 4000, isolated: true });
}
