import type * as z from 'zod';
import { parseJson } from '../../shared/kernel/parse-json.ts';

/** Longer answers are read from their end: the result comes last. */
const MAX_CHARACTERS = 200_000;
/** Characters looked at in all: braces of prose cost little, an open one all that follows. */
const MAX_LOOKED_AT = 100_000_000;

/**
 * The last JSON object in a text that fits the schema: fenced, bare, or surrounded by prose. For models that write down
 * what they should have handed to the result tool.
 */
export function findJsonResult<Result>(text: string, schema: z.ZodType<Result>): { value: Result } | undefined {
  let found: { value: Result } | undefined;
  const source = text.slice(-MAX_CHARACTERS);
  let lookedAt = 0;
  let start = source.indexOf('{');
  while (start !== -1 && lookedAt < MAX_LOOKED_AT) {
    const end = findClosingBrace(source, start);
    lookedAt += (end ?? source.length) - start;
    const parsed = end === undefined ? undefined : parseJson(source.slice(start, end));
    const checked = parsed === undefined ? undefined : schema.safeParse(parsed);
    if (checked?.success) found = { value: checked.data };
    // What is inside a readable object is part of it; what is inside an unreadable one gets its own chance.
    const resume = end !== undefined && checked?.success ? end : start + 1;
    start = source.indexOf('{', resume);
  }
  return found;
}

/** Index after the brace that closes the one at `start`; braces inside JSON strings do not count. */
function findClosingBrace(source: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let index = start; index < source.length; index += 1) {
    const character = source[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}
