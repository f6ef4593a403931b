import * as z from 'zod';
import { renderMapping } from '../../../shared/domain/mapping/render-mapping.ts';
import type { CliIO } from '../../io/io.ts';
import { readMappings } from '../../io/read-mappings.ts';
import { refuseMappings } from '../../output/refuse-mapping.ts';
import { warnOfLongSetting } from './setting-length.ts';

export const RenderJsonOptions = z.object({
  paths: z.array(z.string()).min(1),
  compact: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type RenderJsonOptions = z.infer<typeof RenderJsonOptions>;

/** Prints the JSON the runtime reads, of all files joined, and nothing else, on standard output. */
export async function renderJson({ paths, compact, json }: RenderJsonOptions, io: CliIO): Promise<number> {
  const mapping = await readMappings(paths, io);
  if ('bad' in mapping) return refuseMappings({ bad: mapping.bad, json }, io);

  const map = JSON.stringify(renderMapping(mapping.bindings), null, compact ? 0 : 2);
  io.print(map);
  warnOfLongSetting({ map, paths, shorter: compact ? '' : 'use --compact, or ' }, io);
  return 0;
}
