interface Level {
  keys: Set<string>;
  /** The key whose value is being read; a list has none. */
  key?: string;
}

/**
 * The paths of keys that stand twice in one object of a JSON text. `JSON.parse` keeps the last silently, which would
 * drop a binding without a word. The text must be valid JSON.
 */
export function findDuplicateKeys(json: string): string[][] {
  const duplicates: string[][] = [];
  const levels: Level[] = [];
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') levels.push({ keys: new Set() });
    else if (token === '}' || token === ']') levels.pop();
    else if (token.endsWith(':')) readKey(String(JSON.parse(token.slice(0, -1))));
  }
  return duplicates;

  function readKey(key: string): void {
    const level = levels.at(-1);
    if (!level) return;
    level.key = key;
    if (level.keys.has(key)) duplicates.push(levels.flatMap((around) => around.key ?? []));
    level.keys.add(key);
  }
}
