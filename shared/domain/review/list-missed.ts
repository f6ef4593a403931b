import type { FileLeftOut } from './select-files.ts';

interface Named {
  newPath: string;
}

/** Files of parts that were not read, and of none, each once. One of which other pieces were read is missed in part. */
export function listMissed(
  parts: readonly { files: readonly Named[]; why?: FileLeftOut['why'] }[],
  beyond: readonly Named[],
): FileLeftOut[] {
  const read = new Set(
    parts.flatMap(({ files, why }) => (why === undefined ? files.map(({ newPath }) => newPath) : [])),
  );
  const missed = new Map<string, FileLeftOut['why']>();
  for (const { files, why } of [...parts, { files: beyond, why: 'parts' as const }])
    for (const { newPath } of files) if (why !== undefined && !missed.has(newPath)) missed.set(newPath, why);
  return [...missed].map(([path, why]) => ({ path, why, ...(read.has(path) ? { isInPart: true } : {}) }));
}
