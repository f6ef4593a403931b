import { systemClock } from '../clock.ts';
import { createTaskQueue } from '../queue/create-task-queue.ts';
import { createMemoryMessages } from '../queue/memory-messages.ts';
import type { Messages } from '../queue/messages.ts';
import { createAppliedMaps } from '../state/applied-map.ts';
import { createMemoryArtefacts } from '../state/artefacts.ts';
import { createMemoryRows } from '../state/memory-rows.ts';
import type { Rows } from '../state/rows.ts';
import { joinPorts, type Storage, type StorageOptions } from './storage.ts';

export interface MemoryStorage extends Storage {
  /** What the ports stand on, for tests that count, break or look. */
  parts: { tasks: Messages; poison: Messages; rows: { runs: Rows; runevents: Rows; state: Rows } };
}

/** The durable state in memory: the double of `createStorage`, gone with the process. */
export function createMemoryStorage(options: StorageOptions = {}): MemoryStorage {
  const { clock = systemClock } = options;
  const rows = { runs: createMemoryRows(), runevents: createMemoryRows(), state: createMemoryRows() };
  const parts = { tasks: createMemoryMessages(clock), poison: createMemoryMessages(clock), rows };
  const artefacts = createMemoryArtefacts(options.redact);
  return {
    ...joinPorts(rows, options),
    queue: createTaskQueue(parts),
    artefacts,
    appliedMaps: createAppliedMaps(rows.state, artefacts),
    parts,
  };
}
