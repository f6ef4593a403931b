/** Why a change is refused. These words appear in reports: add freely, rename never. */
export type GateRule =
  | 'protected-path'
  | 'outside-paths'
  | 'git-directory'
  | 'path-name'
  | 'path-collision'
  | 'special-file'
  | 'submodule'
  | 'lfs-file'
  | 'link-leaves-repository'
  | 'too-many-files'
  | 'file-too-large'
  | 'binary-too-large'
  | 'change-too-large'
  | 'too-many-deletions'
  | 'secret';

export interface Violation {
  rule: GateRule;
  /** Absent when the change as a whole is the problem. */
  path?: string;
  /** One sentence for people. Carries no content of the file. */
  message: string;
  /** What the file is, by its kind and the id of its blob, under rules of `asRead`; absent until it is committed. */
  content?: string;
  /** The rule may be one that people let pass, and this is a case that they do not. */
  isFinal?: true;
}

export type GateResult = { kind: 'passed' } | { kind: 'refused'; violations: Violation[] };

/** The result that these violations amount to. */
export function toResult(violations: Violation[]): GateResult {
  return violations.length === 0 ? { kind: 'passed' } : { kind: 'refused', violations };
}
