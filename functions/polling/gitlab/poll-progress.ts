import type { PollerState, PollerStates } from '../../../shared/domain/ports/poller-states.ts';
import type { Watermark, WatermarkMove, Watermarks } from '../../../shared/domain/ports/watermarks.ts';

export interface PollProgressDeps {
  pollers: Pick<PollerStates, 'list' | 'putAll'>;
  watermarks: Pick<Watermarks, 'list' | 'advanceAll'>;
}

/** Where all groups stand during one poll: read at once, and written many at a time. */
export interface PollProgress {
  /** As stored when the poll began. */
  watermarks: ReadonlyMap<string, Watermark>;
  /** Of all groups, with what was put since. */
  pollers: Pick<PollerStates, 'get' | 'put'>;
  find(name: string): PollerState | undefined;
  /** Written by the next `save`. */
  advance(name: string, value: string): void;
  /**
   * Writes what was advanced and put, where that is enough for a whole request or `all` is wanted.
   * @throws {TaskError} `storage-*`; what is not written the next poll does again.
   */
  save(options?: { all?: boolean }): Promise<void>;
}

/** As many as fit into one request. */
const SAVED_AT_ONCE = 100;

/** Two requests. @throws {TaskError} `storage-*` */
export async function openPollProgress({ pollers, watermarks }: PollProgressDeps): Promise<PollProgress> {
  const [states, marks] = await Promise.all([pollers.list(), watermarks.list()]);
  const moved = new Map<string, WatermarkMove>();
  const changed = new Map<string, PollerState>();
  return {
    watermarks: marks,
    pollers: {
      get: async (name) => states.get(name) ?? { failures: 0 },
      async put(name, state) {
        states.set(name, state);
        changed.set(name, state);
      },
    },
    find: (name) => states.get(name),
    advance(name, value) {
      moved.set(name, { name, value, from: marks.get(name) });
    },
    async save({ all = false } = {}) {
      if (!all && changed.size < SAVED_AT_ONCE) return;
      const saved = [...changed].slice(0, all ? undefined : SAVED_AT_ONCE);
      const moves = saved.flatMap(([name]) => moved.get(name) ?? []);
      for (const [name] of saved) {
        changed.delete(name);
        moved.delete(name);
      }
      // In this order: a group is said to have been polled only when its place is kept.
      await watermarks.advanceAll(moves);
      await pollers.putAll(new Map(saved));
    },
  };
}
