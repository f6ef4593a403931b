import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from './io.ts';

/**
 * Reads a file the person named; `-` is standard input.
 *
 * @throws {UsageError} when there is no such file or it cannot be read
 */
export async function readInput(file: string, io: Pick<CliIO, 'readFile' | 'readStdin'>): Promise<Uint8Array> {
  try {
    return file === '-' ? await io.readStdin() : await io.readFile(file);
  } catch (error) {
    throw new UsageError(`${file}: ${describeFileError(error)}`, { cause: error });
  }
}

/** What a failed file operation means, without the system's jargon where there is a plain word. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return SENTENCES[code ?? ''] ?? `the file cannot be used${code ? ` (${code})` : ''}`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; `cmap init` writes a first one',
  ENOTDIR: 'no such file; part of the path is a file, not a folder',
  EISDIR: 'this is a folder; name the YAML file in it',
  EACCES: 'you may not read or write this file',
  EPERM: 'you may not read or write this file',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'the file is there already',
};
