import { statfs } from 'node:fs/promises';

import type { Log } from '../../shared/kernel/log.ts';
import { removeTree } from '../agent/remove-tree.ts';

/** Directories of ended runs that are removed beside what the runner does next. */
export interface Removals {
  /**
   * Begins to remove a directory and does not wait; again for one that is under way, once that has ended. Never throws.
   */
  begin(directory: string): void;
  /**
   * Waits for what is under way where the disk of a directory is nearly full; at once everywhere else. Never throws.
   */
  makeRoom(directory: string): Promise<void>;
  /** Resolves once nothing is under way; the runner waits for it before it ends. */
  ended(): Promise<void>;
}

export interface RemovalsDeps {
  log: Pick<Log, 'warn'>;
  remove?: (directory: string) => Promise<void>;
  /** The part of a directory's disk that is free, 0 to 1. */
  freePart?: (directory: string) => Promise<number>;
}

/** Below this the next clone might not fit beside a tree that is still being removed. */
const ENOUGH_FREE = 0.25;

export function createRemovals({ log, remove = removeTree, freePart = readFreePart }: RemovalsDeps): Removals {
  const underWay = new Map<string, Promise<void>>();

  const removeSafely = async (directory: string, earlier: Promise<void> | undefined): Promise<void> => {
    await earlier;
    try {
      await remove(directory);
    } catch (error) {
      // The start of a later runner on this machine removes it.
      log.warn('workspace not removed', { error });
    }
  };

  const ended = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay.values());
  };

  return {
    begin(directory) {
      const removal = removeSafely(directory, underWay.get(directory));
      underWay.set(directory, removal);
      void removal.then(() => {
        if (underWay.get(directory) === removal) underWay.delete(directory);
      });
    },

    async makeRoom(directory) {
      if (underWay.size === 0) return;
      // A disk that does not say how full it is counts as full.
      const free = await freePart(directory).catch(() => 0);
      if (free < ENOUGH_FREE) await ended();
    },

    ended,
  };
}

async function readFreePart(directory: string): Promise<number> {
  const { bavail, blocks } = await statfs(directory);
  return blocks === 0 ? 0 : bavail / blocks;
}
