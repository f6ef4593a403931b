/** The JSON of a data element of this page. The page and its script are made together, so the type is known. */
export function readJson<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null') as T;
}
