export type WithoutUndefined<T> = { [K in keyof T]: WithoutUndefinedValue<T[K]> };
type WithoutUndefinedValue<T> = T extends object ? { [K in keyof T]: Exclude<T[K], undefined> } : Exclude<T, undefined>;

/**
 * The same value with an exact type. zod gives optional fields the type `| undefined`; for what was parsed from JSON or
 * from a table row, which hold no `undefined`, dropping it makes the type exact.
 */
export function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  return value as WithoutUndefined<T>;
}
