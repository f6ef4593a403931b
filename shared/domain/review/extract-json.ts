const MAX_TEXT = 500_000;
const MAX_ATTEMPTS = 200;

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
  const limited = text.slice(0, MAX_TEXT);
  let attempts = 0;
  for (let start = nextBracket(limited, 0); start !== -1 && attempts < MAX_ATTEMPTS; attempts += 1) {
    const end = balancedEnd(limited, start);
    const parsed = end === -1 ? undefined : parse(limited.slice(start, end));
    if (parsed) found.push({ value: parsed.value, start, end });
    start = nextBracket(limited, parsed ? end : start + 1);
  }
  return found;
}

function nextBracket(text: string, from: number): number {
  const offset = text.slice(from).search(/[[{]/);
  return offset === -1 ? -1 : from + offset;
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
