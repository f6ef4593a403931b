import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Lines that were typed in this start and earlier ones. */
export interface History {
  /** Newest first, as `readline` has them. */
  lines: readonly string[];
  /** Keeps what was typed now, beside what another start kept meanwhile. */
  keep(typed: readonly string[]): Promise<void>;
}

/** As many lines as a person scrolls through. */
export const MOST_LINES = 200;

/**
 * Reads the lines that were typed before. They stand in a file of the folder that only this user may read; without a
 * folder, or where it cannot be written, they are of this start alone.
 */
export async function openHistory(folder: string | undefined): Promise<History> {
  if (folder === undefined) return { lines: [], keep: async () => {} };
  const file = path.join(folder, 'sandbox-history');
  return {
    lines: (await readLines(file)).toReversed(),
    async keep(typed) {
      if (typed.length === 0) return;
      const all = [...(await readLines(file)), ...typed];
      // Of a line that was typed again the last one stays.
      const lines = all.filter((line, index) => all.lastIndexOf(line) === index).slice(-MOST_LINES);
      await writeLines(file, lines).catch(() => {});
    },
  };
}

async function readLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

async function writeLines(file: string, lines: readonly string[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
}
