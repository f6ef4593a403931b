import type { AuditPolicy } from '../../../shared/domain/audit/policy/audit-policy.ts';
import { parsePolicy } from '../../../shared/domain/audit/policy/parse-policy.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { CliIO } from '../../io/io.ts';
import { readInput } from '../../io/read-input.ts';

/** The policy of a file. @throws {UsageError} naming the first problem with its line, and how many more there are. */
export async function readPolicy(file: string, io: Pick<CliIO, 'readFile' | 'readStdin'>): Promise<AuditPolicy> {
  const parsed = parsePolicy(Buffer.from(await readInput(file, 'policy', io)).toString('utf8'));
  if ('policy' in parsed) return parsed.policy;
  const [first] = parsed.problems;
  const more = parsed.problems.length > 1 ? ` (and ${parsed.problems.length - 1} more)` : '';
  throw new UsageError(`${file}:${first?.line}: ${first?.path ? `${first.path}: ` : ''}${first?.message}${more}`);
}
