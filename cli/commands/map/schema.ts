import { mappingJsonSchema } from '../../../shared/domain/mapping/source/mapping-json-schema.ts';
import type { CliIO } from '../../io/io.ts';

/** Prints the JSON Schema of the mapping file, for editors. */
export function schema(io: Pick<CliIO, 'print'>): number {
  io.print(JSON.stringify(mappingJsonSchema(), null, 2));
  return 0;
}
