import path from 'node:path';
import * as z from 'zod';
import { MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { parseJson } from '../../../shared/kernel/parse-json.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import type { CliIO } from '../../io/io.ts';
import type { CompletedValue } from './read-values.ts';

/** What a person types in one go comes from one reading. */
const FRESH_MS = 30 * SECOND;
/** Older than this, values lead nowhere. */
const USEFUL_MS = 15 * MINUTE;

const Kept = z.object({
  at: z.number(),
  values: z.array(z.object({ value: z.string(), about: z.string() })),
});
type Kept = z.infer<typeof Kept>;

type Home = Pick<CliIO, 'cacheFolder' | 'readFile' | 'writeFile' | 'clock'>;

/**
 * Values that were read a moment ago, else what `read` gives in time, else what was read minutes ago. A reading that
 * came to nothing counts as one, so that the next key press does not wait again. What cannot be kept is read each time.
 */
export async function keepValues(
  key: string,
  read: () => Promise<CompletedValue[] | undefined>,
  io: Home,
): Promise<CompletedValue[]> {
  const file = io.cacheFolder === undefined ? undefined : path.join(io.cacheFolder, `completed-${sha256(key)}.json`);
  const now = io.clock.now();
  const kept = file === undefined ? undefined : await find(file, now, io);
  if (kept && now - kept.at < FRESH_MS) return kept.values;
  const values = (await read()) ?? kept?.values ?? [];
  if (file !== undefined) {
    const content = JSON.stringify({ at: now, values } satisfies Kept);
    await io.writeFile(file, content, { private: true }).catch(() => {});
  }
  return values;
}

async function find(file: string, now: number, io: Home): Promise<Kept | undefined> {
  const bytes = await io.readFile(file).catch(() => undefined);
  const kept = bytes && Kept.safeParse(parseJson(new TextDecoder().decode(bytes))).data;
  // A clock that was put back makes nothing fresh for ever.
  return kept && kept.at <= now && now - kept.at < USEFUL_MS ? kept : undefined;
}
