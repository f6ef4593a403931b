import * as z from 'zod';
import { renderTerraform as toValues } from '../../../shared/domain/mapping/render-terraform.ts';
import type { CliIO } from '../../io/io.ts';
import { readMappings } from '../../io/read-mappings.ts';
import { refuseMappings } from '../../output/refuse-mapping.ts';
import { warnOfLongSetting } from './setting-length.ts';

export const RenderTerraformOptions = z.object({
  paths: z.array(z.string()).min(1),
  json: z.boolean().default(false),
});
export type RenderTerraformOptions = z.infer<typeof RenderTerraformOptions>;

/** Prints the values of Terraform variables that a map, of all files joined, needs, and nothing else. */
export async function renderTerraform({ paths, json }: RenderTerraformOptions, io: CliIO): Promise<number> {
  const mapping = await readMappings(paths, io);
  if ('bad' in mapping) return refuseMappings({ bad: mapping.bad, json }, io);

  const values = toValues(mapping.bindings);
  io.print(JSON.stringify(values, null, 2));
  warnOfLongSetting({ map: values.project_map, paths }, io);
  return 0;
}
