import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO, FileContent } from './io.ts';
import { describeFileError } from './read-input.ts';

/** Writes a file the person named. @throws {UsageError} when it cannot be written, with the reason */
export async function writeOutput(file: string, content: FileContent, io: Pick<CliIO, 'writeFile'>): Promise<void> {
  try {
    await io.writeFile(file, content);
  } catch (error) {
    throw new UsageError(`${file}: ${describeFileError(error)}`, { cause: error });
  }
}
