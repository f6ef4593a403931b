/** The same plain data with every text in it changed; names of fields stay. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  return mapAny(value, change) as T; // the same form: only texts were replaced
}

function mapAny(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapAny(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapAny(item, change)]));
}
