import { isObject } from '../../kernel/is-object.ts';
import type { MappingPath } from './problem.ts';

/** The value a path leads to, or `undefined` where there is none. */
export function valueAt(source: unknown, path: MappingPath): unknown {
  let value = source;
  for (const step of path) {
    if (!isObject(value) && !Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  return value;
}
