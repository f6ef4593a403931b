import type * as z from 'zod';
import { parseJson } from '../../kernel/parse-json.ts';
import type { RunEvent } from './run.ts';

type Fields = NonNullable<RunEvent['fields']>;

/** An event keeps 1,000 characters of a field, and 25 fields. */
const PART = 1000;
const MAX_PARTS = 15;

/**
 * A list as fields of an event, `files1` and so on, each a JSON array of its own: one that is masked where it is stored
 * takes none of the others with it. `left` is how many did not fit.
 */
export function toListedFields(list: readonly object[]): { fields: Record<string, string>; left: number } {
  const parts: string[] = [];
  let left = 0;
  for (const one of list) {
    const text = JSON.stringify(one);
    const last = parts.at(-1);
    if (text.length + 2 > PART) left += 1;
    else if (last !== undefined && last.length + text.length + 3 <= PART) parts[parts.length - 1] = `${last},${text}`;
    else if (parts.length < MAX_PARTS) parts.push(text);
    else left += 1;
  }
  return { fields: Object.fromEntries(parts.map((part, index) => [`files${index + 1}`, `[${part}]`])), left };
}

/** What `toListedFields` has put into the fields of an event; what cannot be read is left out. */
export function findListed<One>(fields: Fields, schema: z.ZodType<One>): One[] {
  const list: One[] = [];
  for (let part = 1; part <= MAX_PARTS; part += 1) {
    const text = fields[`files${part}`];
    const parsed = typeof text === 'string' ? parseJson(text) : undefined;
    for (const one of Array.isArray(parsed) ? parsed : []) {
      const read = schema.safeParse(one);
      if (read.success) list.push(read.data);
    }
  }
  return list;
}

/** The fields of an event without such a list, which is shown elsewhere. */
export function withoutListed(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !/^files\d+$/.test(name)));
}
