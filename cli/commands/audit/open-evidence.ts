import path from 'node:path';
import { createDirectoryFiles } from '../../../shared/adapters/evidence/directory-files.ts';
import type { EvidenceFiles } from '../../../shared/domain/ports/evidence.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { CliIO } from '../../io/io.ts';
import { describeFileError } from '../../io/read-input.ts';

/**
 * The stored answers of an audit in the folder a person named. Its methods throw {UsageError} where the folder cannot
 * be used; one that is not there has no answers.
 */
export function openEvidence(place: string, io: Pick<CliIO, 'cwd'>): { files: EvidenceFiles; place: string } {
  const files = createDirectoryFiles(path.resolve(io.cwd, place));
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      throw new UsageError(`${place}: ${describeFileError(error)}; name the folder of the evidence`, { cause: error });
    }
  };
  return {
    place,
    files: {
      create: (name, text) => guarded(files.create(name, text)),
      find: (name) => guarded(files.find(name)),
      list: (below) => guarded(files.list(below)),
    },
  };
}
