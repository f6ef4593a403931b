/**
 * Replaces `{{name}}` in every string inside a value. `{{name|json}}` inserts it as the inside of a JSON string. An
 * unknown name is an error: a typo in a scenario must not reach a repository.
 */
export function fillTemplate<T>(value: T, values: Record<string, string>): T {
  return fill(value, values) as T; // the same shape: only strings are replaced, by strings
}

function fill(value: unknown, values: Record<string, string>): unknown {
  if (typeof value === 'string') return fillText(value, values);
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, values)]));
}

function fillText(text: string, values: Record<string, string>): string {
  return text.replace(/\{\{(\w+)(\|json)?\}\}/g, (_placeholder, name: string, asJson: string | undefined) => {
    const value = values[name];
    if (value === undefined) throw new Error(`A scenario uses {{${name}}}, but there is no such value`);
    return asJson ? JSON.stringify(value).slice(1, -1) : value;
  });
}
