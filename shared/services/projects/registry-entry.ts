import type { Binding } from '../../domain/mapping/binding.ts';
import type { ErrorCode } from '../../kernel/errors.ts';

/** A binding's repository as GitLab knows it. */
export interface ResolvedProject {
  projectId: number;
  /**
   * Where it stands now, which after a rename or a transfer is not the `repo` of its binding. Absent where the cache
   * was written by a release that did not keep it.
   */
  path?: string;
  /** Lies on the configured GitLab and carries no credentials. */
  cloneUrl: string;
  webUrl: string;
  /** The repository's own default branch; the binding's `targetBranch` decides where merge requests go. */
  defaultBranch?: string;
}

/** Why a binding does nothing for now. Dashboards count these words: add freely, rename never. */
export type QuarantineReason =
  | 'not-found'
  | 'forbidden'
  | 'unauthorized'
  | 'rate-limited'
  | 'unreachable'
  | 'refused'
  | 'archived'
  | 'empty'
  | 'foreign-clone-url'
  | 'credential-unknown'
  /** Disabled, not granted, or empty. */
  | 'credential-forbidden'
  | 'credential-unavailable'
  /** No runner of the deployment has the image that the binding names. */
  | 'image-unknown'
  /** An earlier release accepted the binding, and this one refuses it. */
  | 'map-refused'
  | 'unexpected';

export interface Quarantine {
  reason: QuarantineReason;
  /** The catalogue's code, where the reason was a failure. */
  code?: ErrorCode;
  /** The HTTP status GitLab answered with, where it answered. */
  status?: number;
  /** One sentence on what a person can do about it. */
  hint: string;
  since: number;
  /** When the repository is looked up again, at the next use after this moment. */
  retryAt: number;
}

/** One binding and what became of it. */
export type RegistryEntry =
  | { state: 'ready'; binding: Binding; project: ResolvedProject }
  | { state: 'quarantined'; binding: Binding; quarantine: Quarantine };

/** A line of `registry.status()`: safe to show to anybody who may see the health page. */
export interface BindingStatus {
  /** Absent: the repository alone is bound. */
  jiraProject?: string;
  /** Absent: the binding itself. */
  route?: string;
  repo: string;
  targetBranch: string;
  /** The alias, never a value. */
  credentialRef: string;
  /** `pending` until it is asked for. */
  state: 'pending' | 'ready' | 'quarantined';
  projectId?: number;
  quarantine?: Quarantine;
}
