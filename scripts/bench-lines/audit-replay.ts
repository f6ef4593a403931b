import type { AuditCase } from '../bench-tools/audit-case.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { measureReplay } from '../bench-tools/measure-replay.ts';

const SIZE: AuditCase = { repositories: 2, commits: 10_000, mergeRequests: 3_000, issues: 2_000 };

/**
 * Judging stored evidence again and writing every file, against reading and parsing that evidence. Above its limit:
 * docs/testing.md says why.
 */
export async function benchAuditReplay(): Promise<BenchLine> {
  const { replay, parse } = await measureReplay(SIZE);
  return {
    name: 'audit replayed from evidence',
    unit: 'ms',
    floor: parse.cpuMs,
    ours: replay.cpuMs,
    ratio: replay.cpuMs / parse.cpuMs,
    limit: 2,
    note: 'processor time; 20,000 commits; page, workbook, tables and JSON included',
  };
}
