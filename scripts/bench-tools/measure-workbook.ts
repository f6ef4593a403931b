import { fork } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { writeWorkbook } from '../../shared/adapters/workbook/write-workbook.ts';
import { anAuditReport, aReportCommit } from '../../test/builders/audit-report.ts';

export interface WorkbookResult {
  peakBytes: number;
  ms: number;
  /** Length of the workbook. */
  bytes: number;
}

/** Writes a workbook with so many commits in a process of its own. */
export async function measureWorkbook(rows: number): Promise<WorkbookResult> {
  const child = fork(import.meta.filename, [String(rows)]);
  return new Promise((resolve, reject) => {
    child.once('message', (value) => resolve(value as WorkbookResult)); // sent below
    child.once('exit', (code) => reject(new Error(`The workbook was not written: exit code ${code}`)));
  });
}

async function writeOne(rows: number): Promise<void> {
  const commits = Array.from({ length: rows }, (_, index) => {
    const sha = index.toString(16).padStart(40, '0');
    const url = `https://gitlab.example.com/group/app/-/commit/${sha}`;
    return aReportCommit({ sha, url, subject: `PROJ-${index}: Answer question number ${index} faster` });
  });
  const report = anAuditReport({ commits });
  const startedAt = performance.now();
  const { byteLength } = await writeWorkbook(report);
  const result = { peakBytes: process.resourceUsage().maxRSS * 1024, ms: performance.now() - startedAt };
  process.send?.({ ...result, bytes: byteLength });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && process.send)
  await writeOne(Number(process.argv[2]));
