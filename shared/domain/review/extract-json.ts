/** A longer text is read from its end: the result comes last. */
const MAX_TEXT = 500_000;
/** Characters looked at in all. Brackets of prose cost little, an open one all that follows, and each gets its turn. */
const MAX_LOOKED_AT = 100_000_000;

export interface EmbeddedJson {
  value: unknown;
  /** Offsets in the text: from the first bracket to behind the last. */
  start: number;
  end: number;
}

/**
 * Every complete JSON object or array in a text, fenced or bare, in order; what lies inside another one is not
 * repeated.
 */
export function extractJson(text: string): EmbeddedJson[] {
  const found: EmbeddedJson[] = [];
  let lookedAt = 0;
  let start = nextBracket(text, Math.max(0, text.length - MAX_TEXT));
  while (start !== -1 && lookedAt < MAX_LOOKED_AT) {
    const end = balancedEnd(text, start);
    lookedAt += (end === -1 ? text.length : end) - start;
    const parsed = end === -1 ? undefined : parse(text.slice(start, end));
    if (parsed) found.push({ value: parsed.value, start, end });
    start = nextBracket(text, parsed ? end : start + 1);
  }
  return found;
}

function nextBracket(text: string, from: number): number {
  const bracket = /[[{]/g;
  bracket.lastIndex = from;
  return bracket.exec(text)?.index ?? -1;
}

/** Behind the bracket that closes the one at `start`; brackets in strings do not count. -1 when it stays open. */
function balancedEnd(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Prose has brackets too; only what parses is JSON.
    return undefined;
  }
}
