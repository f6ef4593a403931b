import * as z from 'zod';
import { formatHelmValues, renderHelm as toValues } from '../../../shared/domain/mapping/render-helm.ts';
import type { CliIO } from '../../io/io.ts';
import { nameInput } from '../../io/read-mapping.ts';
import { readMappings } from '../../io/read-mappings.ts';
import { refuseMappings } from '../../output/refuse-mapping.ts';

export const RenderHelmOptions = z.object({
  paths: z.array(z.string()).min(1),
  json: z.boolean().default(false),
});
export type RenderHelmOptions = z.infer<typeof RenderHelmOptions>;

/**
 * Kubernetes takes a ConfigMap of 1 MiB; Helm keeps the map twice in its release, as a value and as a manifest, in a
 * Secret of the same size but compressed.
 */
const LONGEST_MAP_BYTES = 1_000_000;

/** Prints the values of the Helm chart that a map, of all files joined, needs, and nothing else. */
export async function renderHelm({ paths, json }: RenderHelmOptions, io: CliIO): Promise<number> {
  const mapping = await readMappings(paths, io);
  if ('bad' in mapping) return refuseMappings({ bad: mapping.bad, json }, io);

  const values = toValues(mapping.bindings);
  io.print(json ? JSON.stringify(values, null, 2) : formatHelmValues(values));
  if (Buffer.byteLength(values.map) > LONGEST_MAP_BYTES) {
    io.warn(
      `${paths.map(nameInput).join(', ')}: too long for a ConfigMap; put it into a blob and name that in settings.common.JIRA_PROJECT_MAP_SOURCE`,
    );
  }
  return 0;
}
