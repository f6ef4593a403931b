/** From which use on a schema is compiled. */
const COMPILED_FROM = 9;

const uses = new WeakMap<object, number>();

/**
 * What zod is given beside a value, so that it compiles a schema only when that pays: compiling takes as long as some
 * hundred parses, and a process that has just started is waited for.
 */
export function parseOptions(schema: object): { jitless: boolean } {
  const count = (uses.get(schema) ?? 0) + 1;
  if (count <= COMPILED_FROM) uses.set(schema, count);
  return { jitless: count < COMPILED_FROM };
}
