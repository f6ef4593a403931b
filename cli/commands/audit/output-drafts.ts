import path from 'node:path';
import type { KeepFile } from '../../../shared/services/audit/output-file.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { FileDraft } from '../../io/file-draft.ts';
import type { CliIO } from '../../io/io.ts';
import { describeFileError } from '../../io/read-input.ts';

/**
 * The files of an audit on their way into its folder: each is written there as it is made, because in memory all of
 * them together are large, and stands in its place once it is published.
 */
export interface OutputDrafts {
  /** @throws {UsageError} for a file that cannot be written, also from what it returns */
  keepFile: KeepFile;
  /** Puts a file in its place; false for one that was not kept here. @throws {UsageError} as above */
  publish(name: string): Promise<boolean>;
  /** Leaves nothing of the files that were not published. */
  discard(): Promise<void>;
}

export function createOutputDrafts(folder: string, io: Pick<CliIO, 'beginFile'>): OutputDrafts {
  const drafts = new Map<string, FileDraft>();
  const inFolder = (name: string) => path.join(folder, name);
  return {
    keepFile(name) {
      const draft = told(inFolder(name), () => io.beginFile(inFolder(name)));
      drafts.set(name, draft);
      return { ...draft, add: (block) => told(inFolder(name), () => draft.add(block)) };
    },
    async publish(name) {
      const draft = drafts.get(name);
      try {
        await draft?.publish();
      } catch (error) {
        throw unwritable(inFolder(name), error);
      }
      return draft !== undefined;
    },
    async discard() {
      for (const draft of drafts.values()) await draft.discard();
    },
  };
}

function told<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): UsageError {
  return new UsageError(`${file}: ${describeFileError(error)}`, { cause: error });
}
