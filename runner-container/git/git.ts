import type { Clock } from '../../shared/kernel/clock.ts';
import type { Secret } from '../../shared/kernel/secret.ts';

/** What every git command of this process shares. Made once by the composition root. */
export interface Git {
  clock: Clock;
  /**
   * Variables handed to git as they are: `PATH`, and where a company needs them `HTTPS_PROXY`, `NO_PROXY`,
   * `GIT_SSL_CAINFO`, `SSL_CERT_FILE`. Nothing else of the process environment reaches git.
   */
  environment: Readonly<Record<string, string>>;
  /** An existing directory with nothing in it: no `.gitconfig`, no `.netrc`. */
  homeDirectory: string;
  /** A private SSH key that signs every commit; absent signs none. */
  signingKey?: Secret;
  /** Transports git may use; `['https']`, plus `http` when GitLab itself is configured so. Tests add `file`. */
  allowedProtocols: readonly string[];
  /** Absent where what git writes into a work tree is the runner's. */
  treeOwner?: TreeOwner | undefined;
}

/** Whose files a work tree has: see `createTreeOwner` of the agent. */
export interface TreeOwner {
  /** What is written into this empty directory from now on is the agent's. */
  keep(directory: string): Promise<void>;
  /** Has `work` start git with these arguments before its own. */
  write<T>(directory: string, work: (prefix: readonly string[]) => Promise<T>): Promise<T>;
}

/** A repository somewhere else, and what it takes to get in. */
export interface Remote {
  /** Carries no credentials. */
  cloneUrl: string;
  /** A GitLab token: personal, group or project. Absent for public repositories. */
  credential?: Secret | undefined;
}

/**
 * A clone the runner works with. The git directory belongs to the runner and lies outside the work tree; what stands in
 * the work tree is untrusted as soon as an agent has run.
 */
export interface Repository {
  git: Git;
  gitDir: string;
  workTree: string;
  remote: Remote;
  /** What is made here stays here: nothing is pushed or uploaded from it. */
  isLocalOnly?: true;
}
