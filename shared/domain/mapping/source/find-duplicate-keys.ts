interface Level {
  isObject: boolean;
  keys: Set<string>;
  /** The key whose value is being read. */
  key: string;
}

/**
 * The paths of keys that stand twice in one object of a JSON text. `JSON.parse` keeps the last silently, which would
 * drop a binding without a word. The text must be valid JSON.
 */
export function findDuplicateKeys(json: string): string[][] {
  const duplicates: string[][] = [];
  const levels: Level[] = [];
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') levels.push({ isObject: token === '{', keys: new Set(), key: '' });
    else if (token === '}' || token === ']') levels.pop();
    else if (token.endsWith(':')) readKey(String(JSON.parse(token.slice(0, -1))));
  }
  return duplicates;

  function readKey(key: string): void {
    const level = levels.at(-1);
    if (!level?.isObject) return;
    level.key = key;
    if (level.keys.has(key)) duplicates.push(levels.filter(({ isObject }) => isObject).map((around) => around.key));
    level.keys.add(key);
  }
}
