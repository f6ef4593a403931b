import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
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

/** Where a file is written before it replaces the one in its place. */
export function draftOf(file: string, pid: number): string {
  return `${file}.${pid}.tmp`;
}

/** Begins a file of the disk. The calls are those that wait: the pieces come from a generator, which cannot. */
export function beginFile(file: string, { pid }: { pid: number }): FileDraft {
  const draft = draftOf(file, pid);
  mkdirSync(path.dirname(file), { recursive: true });
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
