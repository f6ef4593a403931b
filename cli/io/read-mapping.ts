import { type ParsedMapping, parseMapping } from '../../shared/domain/mapping/source/parse-mapping.ts';
import { decodeText } from '../../shared/kernel/text/decode-text.ts';
import type { CliIO } from './io.ts';
import { readInput } from './read-input.ts';

/**
 * Reads and checks a mapping file, or standard input for `-`, in any encoding a shell or an editor writes; text that
 * cannot be decoded is a problem of the file like any other. @throws {UsageError} when there is no such file or it
 * cannot be read
 */
export async function readMapping(path: string, io: Pick<CliIO, 'readFile' | 'readStdin'>): Promise<ParsedMapping> {
  return parseMappingBytes(await readInput(path, 'mapping', io));
}

/** The same for what was read already. */
export function parseMappingBytes(bytes: Uint8Array): ParsedMapping {
  const decoded = decodeText(bytes);
  if ('text' in decoded) return parseMapping(decoded.text);
  return { problems: [{ ...decoded, where: 'file' }], left: 0 };
}

/** What a path is called in messages: `-` is standard input. */
export function nameInput(path: string): string {
  return path === '-' ? 'standard input' : path;
}
