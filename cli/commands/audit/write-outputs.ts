import path from 'node:path';
import type { OutputFile } from '../../../shared/services/audit/render-outputs.ts';
import type { CliIO } from '../../io/io.ts';
import type { AuditRunOptions } from './run.ts';

/** Writes every file of an audit into its folder, and copies where the person asked for them. Returns the paths, as they were named. */
export async function writeOutputs(
  files: readonly OutputFile[],
  options: Pick<AuditRunOptions, 'out' | 'jsonFile' | 'xlsx' | 'html' | 'summary' | 'csv'>,
  io: Pick<CliIO, 'writeFile'>,
): Promise<string[]> {
  const copies: Record<string, string | undefined> = {
    'audit.json': options.jsonFile,
    'audit.xlsx': options.xlsx,
    'audit.html': options.html,
    'audit-summary.json': options.summary,
  };
  const written: string[] = [];
  const write = async (target: string, content: string | Uint8Array) => {
    await io.writeFile(target, content);
    written.push(target);
  };
  for (const { name, content } of files) {
    await write(path.join(options.out, name), content);
    const copy = copies[name];
    if (copy !== undefined) await write(copy, content);
    if (options.csv !== undefined && name.startsWith('csv/'))
      await write(path.join(options.csv, path.basename(name)), content);
  }
  return written;
}
