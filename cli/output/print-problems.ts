import type { LocatedProblem } from '../../shared/domain/mapping/problem.ts';
import type { CliIO } from '../io/io.ts';

/** Lists problems on standard error, each as `file:line:column: where: message`, and how many there are. */
export function printProblems(file: string, problems: readonly LocatedProblem[], io: Pick<CliIO, 'warn'>): void {
  for (const { line, column, where, message } of problems) io.warn(`${file}:${line}:${column}: ${where}: ${message}`);
  io.warn(`${file}: ${countOf(problems.length, 'problem')}`);
}

/** `1 binding`, `2 bindings`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
