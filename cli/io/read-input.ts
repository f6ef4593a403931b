import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from './io.ts';

/** What the file that is read would be: how a missing one comes into being differs. */
type InputKind = 'mapping' | 'policy' | 'audit';

/**
 * Reads a file the person named; `-` is standard input.
 *
 * @throws {UsageError} when there is no such file or it cannot be read, with what to do about it
 */
export async function readInput(
  file: string,
  kind: InputKind,
  io: Pick<CliIO, 'readFile' | 'readStdin'>,
): Promise<Uint8Array> {
  try {
    return file === '-' ? await io.readStdin() : await io.readFile(file);
  } catch (error) {
    throw new UsageError(`${file}: ${describeFileError(error)}${hintFor(kind, error)}`, { cause: error });
  }
}

function hintFor(kind: InputKind, error: unknown): string {
  return codeOf(error) === 'ENOENT' ? MISSING[kind] : '';
}

const MISSING: Readonly<Record<InputKind, string>> = {
  mapping: '; `cmap init` writes a first one',
  policy: '; docs/audit.md shows one',
  audit: '; `cmap audit run` writes one',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** What a failed file operation means, without the system's jargon where there is a plain word. */
export function describeFileError(error: unknown): string {
  const code = codeOf(error);
  // The folder of a new file is made with it.
  if (code === 'EEXIST' && error instanceof Error && 'syscall' in error && error.syscall === 'mkdir')
    return 'part of the path is a file, not a folder';
  return SENTENCES[code ?? ''] ?? `the file cannot be used${code ? ` (${code})` : ''}`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file; part of the path is a file, not a folder',
  EISDIR: 'this is a folder; name the file in it',
  EACCES: 'you may not read or write this file',
  EPERM: 'you may not read or write this file',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'the file is there already',
};
