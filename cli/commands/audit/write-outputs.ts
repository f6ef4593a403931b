import path from 'node:path';
import type { OutputFile } from '../../../shared/services/audit/output-file.ts';
import type { CliIO } from '../../io/io.ts';
import { writeOutput } from '../../io/write-output.ts';
import type { OutputDrafts } from './output-drafts.ts';

/** Where files go beside the folder of the audit. */
export interface OutputOptions {
  out: string;
  jsonFile?: string | undefined;
  xlsx?: string | undefined;
  html?: string | undefined;
  summary?: string | undefined;
  csv?: string | undefined;
}

/**
 * Puts every file of an audit into its folder, and copies where the person asked for them. Returns the paths, as they
 * were named. @throws {UsageError} for a file that cannot be written
 */
export async function writeOutputs(
  files: readonly OutputFile[],
  options: OutputOptions,
  drafts: Pick<OutputDrafts, 'publish'>,
  io: Pick<CliIO, 'writeFile'>,
): Promise<string[]> {
  const copies: Record<string, string | undefined> = {
    'audit.json': options.jsonFile,
    'audit.xlsx': options.xlsx,
    'audit.html': options.html,
    'audit-summary.json': options.summary,
  };
  const written: string[] = [];
  const write = async (target: string, { pieces }: OutputFile) => {
    await writeOutput(target, pieces(), io);
    written.push(target);
  };
  for (const file of files) {
    const { name } = file;
    const target = path.join(options.out, name);
    if (await drafts.publish(name)) written.push(target);
    else await write(target, file);
    const copy = copies[name];
    if (copy !== undefined) await write(copy, file);
    if (options.csv !== undefined && name.startsWith('csv/'))
      await write(path.join(options.csv, path.basename(name)), file);
  }
  return written;
}
