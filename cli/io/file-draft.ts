import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DAY } from '../../shared/kernel/clock.ts';
import { BLOCK_BYTES } from '../../shared/kernel/text/encode-blocks.ts';

/** A file in the making, beside its place. Rejects and throws with the system's own errors. */
export interface FileDraft {
  /** The piece is written when this returns. */
  add(piece: Uint8Array): void;
  /** That was all; comes before the calls below. */
  end(): void;
  /** What was added, also once it is published. */
  pieces(): Iterable<Uint8Array>;
  /** Puts it in its place, and replaces what is there. */
  publish(): Promise<void>;
  /** Leaves nothing of it, unless it was published. */
  discard(): Promise<void>;
}

/**
 * Where a file is written before it replaces the one in its place: never where another process writes, which may have
 * our pid in another container.
 */
export function draftOf(file: string, pid: number): string {
  return `${file}.${pid}-${randomUUID().slice(0, 8)}.tmp`;
}

/** Nothing is written for so long. */
const LEFT_AFTER_MS = DAY;

/**
 * Begins a file of the disk, and removes what a process that was killed has left of it. The calls are those that wait:
 * the pieces come from a generator, which cannot.
 */
export function beginFile(file: string, { pid }: { pid: number }): FileDraft {
  const draft = draftOf(file, pid);
  mkdirSync(path.dirname(file), { recursive: true });
  removeLeft(file);
  let handle: number | undefined = openSync(draft, 'wx');
  let place = draft;
  const close = () => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  return {
    add(piece) {
      for (let from = 0; from < piece.byteLength; ) from += writeSync(handle ?? -1, piece, from);
    },
    end: close,
    pieces: () => readPieces(place),
    async publish() {
      await rename(draft, file);
      place = file;
    },
    async discard() {
      close();
      if (place === draft) await rm(draft, { force: true });
    },
  };
}

function removeLeft(file: string): void {
  const folder = path.dirname(file);
  const isDraft = (name: string) => name.startsWith(`${path.basename(file)}.`) && /\.\d+-[0-9a-f]{8}\.tmp$/.test(name);
  for (const name of readdirSync(folder).filter(isDraft)) {
    const left = path.join(folder, name);
    const writtenAt = statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (writtenAt < Date.now() - LEFT_AFTER_MS) rmSync(left, { force: true });
  }
}

function* readPieces(file: string): Generator<Uint8Array> {
  const handle = openSync(file, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(BLOCK_BYTES);
      const length = readSync(handle, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(handle);
  }
}
