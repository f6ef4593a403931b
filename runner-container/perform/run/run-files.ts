import type { Run } from '../../../shared/domain/runs/run.ts';
import type { RunFileKind } from '../../../shared/domain/runs/run-files.ts';

/** Files of a run beside its transcripts, deleted with them. */
export interface RunFiles {
  /** Resolves to its path. @throws {TaskError} `storage-unavailable` */
  keep(run: Run, kind: RunFileKind, text: string): Promise<string>;
  /** The newest one of all attempts. @throws {TaskError} `storage-unavailable` */
  findNewest(run: Run, kind: RunFileKind): Promise<string | undefined>;
  /** @throws {TaskError} `storage-unavailable` */
  find(path: string): Promise<string | undefined>;
}
