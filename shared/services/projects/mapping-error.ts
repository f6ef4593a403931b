import type { MappingProblem } from '../../domain/mapping/problem.ts';

/** The map cannot be used; the message lists every problem, one a line. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly problems: MappingProblem[];

  constructor(problems: MappingProblem[]) {
    super(
      ['The project map cannot be used:', ...problems.map(({ where, message }) => `  ${where}: ${message}`)].join('\n'),
    );
    this.problems = problems;
  }
}
