import { z } from 'zod';
import { renderMapping } from '../../../shared/domain/mapping/render-mapping.ts';
import type { CliIO } from '../../io/io.ts';
import { nameInput, readMapping } from '../../io/read-mapping.ts';
import { refuseMapping } from '../../output/refuse-mapping.ts';

export const RenderJsonOptions = z.object({
  path: z.string(),
  compact: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type RenderJsonOptions = z.infer<typeof RenderJsonOptions>;

/** Linux refuses to start a process with a longer environment string (MAX_ARG_STRLEN, 32 pages). */
const LONGEST_SETTING_BYTES = 131_072 - 'JIRA_PROJECT_MAP='.length - 1;

/** Prints the JSON the runtime reads, and nothing else, on standard output. */
export async function renderJson({ path, compact, json }: RenderJsonOptions, io: CliIO): Promise<number> {
  const mapping = await readMapping(path, io);
  if ('problems' in mapping) return refuseMapping({ path, ...mapping, json }, io);

  const text = JSON.stringify(renderMapping(mapping.bindings), null, compact ? 0 : 2);
  io.print(text);
  if (Buffer.byteLength(text) > LONGEST_SETTING_BYTES) {
    io.warn(
      `${nameInput(path)}: too long for the app setting JIRA_PROJECT_MAP; ${compact ? '' : 'use --compact, or '}put it into a file or blob and name that in JIRA_PROJECT_MAP_SOURCE`,
    );
  }
  return 0;
}
