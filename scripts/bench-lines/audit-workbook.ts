import type { BenchLine } from '../bench-tools/bench-line.ts';
import { measureWorkbook } from '../bench-tools/measure-workbook.ts';

const BAR_MB = 1024;

/** Most memory of a process that writes a workbook of 200,000 rows, the report it is made from included. */
export async function benchAuditWorkbook(): Promise<BenchLine> {
  const { peakBytes, ms, bytes } = await measureWorkbook(200_000);
  const ours = peakBytes / 1024 ** 2;
  return {
    name: 'workbook of 200,000 rows, peak memory',
    unit: 'MB',
    floor: BAR_MB,
    ours,
    ratio: ours / BAR_MB,
    limit: 1,
    note: `in one sheet; ${(bytes / 1024 ** 2).toFixed(0)} MB written in ${(ms / 1000).toFixed(0)} s`,
  };
}
