import type { BenchLine } from '../bench-tools/bench-line.ts';
import { runLargeAudit } from '../bench-tools/run-large-audit.ts';

const BAR_MB = 512;

/** Most memory of a process that audits 20 repositories of 10,000 commits, against what it may use. */
export async function benchAuditMemory(): Promise<BenchLine> {
  const { audit, fetch } = await runLargeAudit();
  const ours = audit.peakBytes / 1024 ** 2;
  return {
    name: 'audit of 20 x 10,000 commits, peak memory',
    unit: 'MB',
    floor: BAR_MB,
    ours,
    ratio: ours / BAR_MB,
    limit: 1,
    note: `resident, all files written, heap limited to 320 MB; ${(fetch.peakBytes / 1024 ** 2).toFixed(0)} MB to fetch only`,
  };
}
