import type { BenchEnvironment, BenchLine } from '../bench-tools/bench-line.ts';
import { measureCodingRun } from '../bench-tools/measure-coding-run.ts';

export async function benchIsolatedLargeRunner(environment: BenchEnvironment): Promise<BenchLine> {
  return measureCodingRun(environment, { name: '20,000 files', files: 20_000, isolated: true });
}
