import path from 'node:path';
import type { FileContent, FileContents } from '../../shared/domain/mapping/source/inline-instructions.ts';
import { openMapping, type ParsedMapping } from '../../shared/domain/mapping/source/parse-mapping.ts';
import { decodeText } from '../../shared/kernel/text/decode-text.ts';
import type { CliIO } from './io.ts';
import { describeFileError, readInput } from './read-input.ts';

/** What reading a mapping needs of the surroundings. */
export type MappingDisk = Pick<CliIO, 'readFile' | 'readStdin' | 'readWithin'>;

/** Four bytes for each of 20,000 characters, with room to say how many there are. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads and checks a mapping file, or standard input for `-`, and the files it names, in any encoding a shell or an
 * editor writes; text that cannot be decoded is a problem of the file like any other. @throws {UsageError} when there
 * is no such file or it cannot be read
 */
export async function readMapping(file: string, io: MappingDisk): Promise<ParsedMapping> {
  return parseMappingBytes(await readInput(file, 'mapping', io), file, io);
}

/** The same for what was read already, from the file of that name. */
export async function parseMappingBytes(
  bytes: Uint8Array,
  file: string,
  io: Pick<MappingDisk, 'readWithin'>,
): Promise<ParsedMapping> {
  const decoded = decodeText(bytes);
  if (!('text' in decoded)) return { problems: [{ ...decoded, where: 'file' }], left: 0 };
  const opened = openMapping(decoded.text);
  return opened.check(await readNamedFiles(opened.files, file, io));
}

/** What a path is called in messages: `-` is standard input. */
export function nameInput(path: string): string {
  return path === '-' ? 'standard input' : path;
}

async function readNamedFiles(
  files: readonly string[],
  mapping: string,
  io: Pick<MappingDisk, 'readWithin'>,
): Promise<FileContents> {
  const contents = new Map<string, FileContent>();
  for (const file of files) contents.set(file, await readNamedFile(file, mapping, io));
  return contents;
}

async function readNamedFile(file: string, mapping: string, io: Pick<MappingDisk, 'readWithin'>): Promise<FileContent> {
  if (mapping === '-') return { problem: 'cannot be found: a map from standard input has no folder; name its file' };
  try {
    const read = await io.readWithin(path.dirname(mapping), file, MAX_FILE_BYTES);
    if ('refused' in read) return { problem: `is not read: ${read.refused}` };
    const decoded = decodeText(read.bytes);
    if ('text' in decoded) return decoded;
    return { problem: `cannot be read: line ${decoded.line}, column ${decoded.column}: ${decoded.message}` };
  } catch (error) {
    return { problem: `cannot be read: ${describeFileError(error)}` };
  }
}
