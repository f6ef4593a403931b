import type { LocatedProblem } from '../../shared/domain/mapping/problem.ts';
import type { CliIO } from '../io/io.ts';
import { countOf } from './count-of.ts';

export interface BadMapping {
  path: string;
  problems: readonly LocatedProblem[];
  json: boolean;
}

/** Lists what is wrong with a mapping file, each as `file:line:column: where: message`, and how much. Returns exit code 1. */
export function refuseMapping({ path, problems, json }: BadMapping, io: Pick<CliIO, 'print' | 'warn'>): number {
  if (json) {
    io.print(JSON.stringify({ ok: false, path, problems }, null, 2));
    return 1;
  }
  for (const { line, column, where, message } of problems) io.warn(`${path}:${line}:${column}: ${where}: ${message}`);
  io.warn(`${path}: ${countOf(problems.length, 'problem')}`);
  return 1;
}
