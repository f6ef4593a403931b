import type { BenchLine } from '../bench-tools/bench-line.ts';
import { runLargeAudit } from '../bench-tools/run-large-audit.ts';

/**
 * How long the audit of 20 repositories of 10,000 commits takes, against asking for the same answers and parsing them.
 * Above its limit: docs/testing.md says why.
 */
export async function benchAuditTime(): Promise<BenchLine> {
  const { audit, fetch } = await runLargeAudit();
  const seconds = (ms: number) => (ms / 1000).toFixed(0);
  return {
    name: 'audit of 20 x 10,000 commits, time',
    unit: 's',
    floor: fetch.ms / 1000,
    ours: audit.ms / 1000,
    ratio: audit.ms / fetch.ms,
    limit: 1.3,
    note: `${audit.calls} answers, four at once; ${seconds(audit.cpuMs)} s of processor time, ${seconds(audit.lateCpuMs)} s of it after the last answer; ${seconds(fetch.cpuMs)} s to fetch only`,
  };
}
