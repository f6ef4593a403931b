import { setTimeout as delay } from 'node:timers/promises';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import type { StorageLane } from '../azurite.ts';
import { createManualClock, type ManualClock } from '../doubles/manual-clock.ts';
import { createMemoryStorage } from '../doubles/memory-storage.ts';

/** The ports of one storage, fresh, with the time they live in. */
export interface StorageFixture extends Storage {
  clock: ManualClock;
  /** Looks again and again, a second apart, until there is something; fails after half a minute. */
  eventually<T>(look: () => Promise<T | undefined>): Promise<T>;
}

export type CreateFixture = () => Promise<StorageFixture>;

const MAX_LOOKS = 30;

/** In memory: a second passes when we say so. */
export const createMemoryFixture: CreateFixture = async () => {
  const clock = createManualClock();
  return {
    ...createMemoryStorage({ clock, redact }),
    clock,
    eventually: (look) => lookUntil(look, () => clock.advance(1000)),
  };
};

/** In the emulator: our own time is still manual, but visibility timeouts of messages pass in the service. */
export function createAzuriteFixture(lane: StorageLane): CreateFixture {
  return async () => {
    const clock = createManualClock();
    // Writers that collide pause for real, as the service does everything in real time.
    const storage = await lane.createStorage({ clock: { now: () => clock.now(), sleep: systemClock.sleep }, redact });
    return { ...storage, clock, eventually: (look) => lookUntil(look, () => delay(1000)) };
  };
}

/** Stands in for the redactor of a process. */
export const CANARY = 'canary-secret-value';

function redact(text: string): string {
  return text.replaceAll(CANARY, '[secret]');
}

async function lookUntil<T>(look: () => Promise<T | undefined>, wait: () => Promise<void>): Promise<T> {
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await wait();
  }
  throw new Error('It did not happen in time');
}
