import type { GateRule } from './violation.ts';

/** What becomes of work that one rule refuses, in every binding. */
export interface RuleKind {
  /**
   * Where what it is about may be kept: `branch` in GitLab as well, `patch` on the ticket at most, `named` nowhere but
   * by its name. All of the work is kept where the strictest of its rules lets it be.
   */
  keep: 'branch' | 'patch' | 'named';
  /** Whether a maintainer may let a named file pass. */
  allow: boolean;
  /** It passes as the very content that was refused: it may run as soon as it is pushed, before people look at it. */
  asRead?: true;
}

/** By rule; docs/refused-work.md has the same as a table, with the reasons. */
export const RULE_KINDS = {
  // A project has its pipelines described under any name: what is protected may be run as soon as it is pushed.
  'protected-path': { keep: 'patch', allow: true, asRead: true },
  'outside-paths': { keep: 'branch', allow: true },
  // git writes none of these, and would refuse a patch with them.
  'git-directory': { keep: 'named', allow: false },
  // On Windows such a name is a path to somewhere else.
  'path-name': { keep: 'named', allow: false },
  // One of the two would be gone in a work tree on Windows or macOS.
  'path-collision': { keep: 'patch', allow: false },
  'special-file': { keep: 'named', allow: false },
  // A checkout is led to another repository, or out of this one.
  submodule: { keep: 'named', allow: false },
  'link-leaves-repository': { keep: 'named', allow: false },
  // Their bytes would stay in the history of the repository for ever.
  'lfs-file': { keep: 'patch', allow: false },
  'file-too-large': { keep: 'patch', allow: true },
  'binary-too-large': { keep: 'patch', allow: true },
  'change-too-large': { keep: 'patch', allow: false },
  'too-many-files': { keep: 'branch', allow: false },
  'too-many-deletions': { keep: 'branch', allow: false },
  // What was pushed once is known to all who read the repository, and stays so.
  secret: { keep: 'patch', allow: false },
} as const satisfies Record<GateRule, RuleKind>;
