import type { MappingPath } from './problem.ts';

/** The value a path leads to, or `undefined` where there is none. */
export function valueAt(source: unknown, path: MappingPath): unknown {
  let value = source;
  for (const step of path) {
    if (!isBlock(value) && !Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  return value;
}

/** Whether a value is a set of keys, as opposed to a list or a single value. */
export function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
