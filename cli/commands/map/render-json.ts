import { z } from 'zod';
import { renderMapping } from '../../../shared/domain/mapping/render-mapping.ts';
import type { CliIO } from '../../io/io.ts';
import { nameInput } from '../../io/read-mapping.ts';
import { readMappings } from '../../io/read-mappings.ts';
import { refuseMappings } from '../../output/refuse-mapping.ts';

export const RenderJsonOptions = z.object({
  paths: z.array(z.string()).min(1),
  compact: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type RenderJsonOptions = z.infer<typeof RenderJsonOptions>;

/** Linux refuses to start a process with a longer environment string (MAX_ARG_STRLEN, 32 pages). */
const LONGEST_SETTING_BYTES = 131_072 - 'JIRA_PROJECT_MAP='.length - 1;

/** Prints the JSON the runtime reads, of all files joined, and nothing else, on standard output. */
export async function renderJson({ paths, compact, json }: RenderJsonOptions, io: CliIO): Promise<number> {
  const mapping = await readMappings(paths, io);
  if ('bad' in mapping) return refuseMappings({ bad: mapping.bad, json }, io);

  const text = JSON.stringify(renderMapping(mapping.bindings), null, compact ? 0 : 2);
  io.print(text);
  if (Buffer.byteLength(text) > LONGEST_SETTING_BYTES) {
    io.warn(
      `${paths.map(nameInput).join(', ')}: too long for the app setting JIRA_PROJECT_MAP; ${compact ? '' : 'use --compact, or '}put it into a file or blob and name that in JIRA_PROJECT_MAP_SOURCE`,
    );
  }
  return 0;
}
