import { createTaskQueue } from '../../shared/adapters/storage/queues/create-task-queue.ts';
import type { Messages } from '../../shared/adapters/storage/queues/messages.ts';
import { joinPorts, type StorageOptions } from '../../shared/adapters/storage/storage.ts';
import type { Rows } from '../../shared/adapters/storage/tables/rows.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import { type Clock, systemClock } from '../../shared/kernel/clock.ts';
import { createMemoryArtefacts } from './memory-artefacts.ts';
import { createMemoryMessages, type NameMessage } from './memory-messages.ts';
import { createMemoryRows } from './memory-rows.ts';

export interface MemoryStorage extends Storage {
  /** What the ports stand on, for tests that count, break or look. */
  parts: {
    tasks: Messages;
    images: Map<string, Messages>;
    poison: Messages;
    rows: { runs: Rows; runevents: Rows; state: Rows };
  };
}

/** The durable state in memory: the double of `createStorage`, gone with the process. */
export function createMemoryStorage(options: StorageOptions & { nameMessage?: NameMessage } = {}): MemoryStorage {
  const { clock = systemClock, nameMessage } = options;
  const rows = { runs: createMemoryRows(), runevents: createMemoryRows(), state: createMemoryRows() };
  const images = new Map((options.images ?? []).map((image) => [image, createMemoryMessages(clock, nameMessage)]));
  const parts = { tasks: createMemoryMessages(clock), images, poison: createMemoryMessages(clock, nameMessage), rows };
  const artefacts = createMemoryArtefacts(options.redact);
  return {
    ...joinPorts(rows, artefacts, { ...options, clock: withoutPauses(clock) }),
    queue: createTaskQueue({ ...parts, ownImage: options.ownImage }),
    artefacts,
    parts,
  };
}

/** A write that lost to another is tried again at once: a clock that only moves by hand would leave it waiting. */
function withoutPauses(clock: Clock): Clock {
  return { now: () => clock.now(), sleep: () => Promise.resolve() };
}
