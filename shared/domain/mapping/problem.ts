/** The keys and list positions that lead from the top of a mapping to a value. */
export type MappingPath = readonly (string | number)[];

/** Something a person has to correct. Neither field ever carries a value that looks like a secret. */
export interface MappingProblem {
  /** The binding, as people count: `binding 2 (OPS)`, `defaults`, `file`. */
  where: string;
  message: string;
}

/** A problem in a file people edit; both numbers count from 1. */
export interface LocatedProblem extends MappingProblem {
  line: number;
  column: number;
}

/** A problem before its place in the text is known. */
export interface SourceProblem {
  path: MappingPath;
  /** True when the key at the end of `path` is wrong, not its value. */
  isAboutKey: boolean;
  message: string;
  /** The other place this is about: `message` ends where its position is to be named. */
  relatedPath?: MappingPath;
}
