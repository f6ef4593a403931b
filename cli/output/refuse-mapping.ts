import type { LocatedProblem } from '../../shared/domain/mapping/problem.ts';
import type { CliIO } from '../io/io.ts';
import { nameInput } from '../io/read-mapping.ts';
import { answer } from './answer.ts';
import { countOf } from './count-of.ts';

export interface BadMapping {
  path: string;
  problems: readonly LocatedProblem[];
  /** How many more there are. */
  left: number;
  json: boolean;
}

/**
 * Lists what is wrong with a mapping file, each as `file:line:column: where: message`, and how much. Returns exit code
 * 1.
 */
export function refuseMapping(
  { path, problems, left, json }: BadMapping,
  io: Pick<CliIO, 'print' | 'tell' | 'warn'>,
): number {
  const file = nameInput(path);
  if (json) return refuseAsJson({ path, problems, ...(left > 0 ? { left } : {}) }, io);
  for (const { line, column, where, message } of problems) io.warn(`${file}:${line}:${column}: ${where}: ${message}`);
  const rest = left > 0 ? `; the first ${problems.length} are listed` : '';
  io.warn(`${file}: ${countOf(problems.length + left, 'problem')}${rest}`);
  return 1;
}

/** The same for several files. */
export function refuseMappings(
  { bad, json }: { bad: readonly Omit<BadMapping, 'json'>[]; json: boolean },
  io: Pick<CliIO, 'print' | 'tell' | 'warn'>,
): number {
  const [only] = bad;
  if (only && bad.length === 1) return refuseMapping({ ...only, json }, io);
  if (json) return refuseAsJson({ files: bad }, io);
  for (const one of bad) refuseMapping({ ...one, json }, io);
  return 1;
}

/** What people read stands on standard error, in lines of its own. */
function refuseAsJson(document: object, io: Pick<CliIO, 'print' | 'tell'>): number {
  return answer({ json: true, ok: false, document, text: () => '' }, io);
}
