import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AppliedMaps } from '../../../domain/ports/applied-maps.ts';

import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const NAME = 'applied-map';
const Pointer = z.object({ generation: z.int(), path: z.string() });

/** A row that points to an artefact, because a large map does not fit into a table. */
export function createAppliedMaps(rows: Rows, artefacts: Pick<Artefacts, 'create' | 'find'>): AppliedMaps {
  const pointers = createJsonRows(rows, 'config-maps', Pointer);
  return {
    async find() {
      const pointer = (await pointers.find(NAME))?.value;
      const json = pointer && (await artefacts.find(pointer.path));
      return pointer && json !== undefined ? { generation: pointer.generation, json } : undefined;
    },

    async record({ generation, json }) {
      const found = await pointers.find(NAME);
      if (found && found.value.generation >= generation) return;
      const path = `maps/${createHash('sha256').update(json).digest('hex')}.json`;
      await artefacts.create(path, json);
      // Refused when another reload was recorded meanwhile; that one is at least as new as ours.
      await pointers.putIf(NAME, { generation, path }, found?.version);
    },
  };
}
