/** The value a JSON text holds; `undefined`, which no JSON text holds, for a text that is not JSON. Never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller knows what that means: a schema, a skip reason or the next line says it.
  }
}
