import path from 'node:path';
import { AuditReport } from '../../../shared/domain/audit/report/audit-report.ts';
import { parseJson } from '../../../shared/kernel/parse-json.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { CliIO } from '../../io/io.ts';
import { readInput } from '../../io/read-input.ts';

/** The report of an audit, given its `audit.json` or its folder. @throws {UsageError} when it is none. */
export async function readReport(place: string, io: Pick<CliIO, 'readFile' | 'readStdin'>): Promise<AuditReport> {
  const file = place.endsWith('.json') || place === '-' ? place : path.join(place, 'audit.json');
  const text = Buffer.from(await readInput(file, 'audit', io)).toString('utf8');
  const parsed = AuditReport.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` (${issue.path.map(String).join('.')})` : '';
  throw new UsageError(`${file} is not the audit.json of an audit${where}`);
}
