import * as z from 'zod';

/** The value of a fact that could not be read. It is neither "no" nor "none", and a rule never takes it for either. */
export const NOT_KNOWN = 'not-known';
export type NotKnown = typeof NOT_KNOWN;

/** A fact, or the word that it is not known. */
export type Known<T> = T | NotKnown;

/** Schema of a fact that the service may not have shown. */
export function known<T extends z.ZodType>(schema: T) {
  return z.union([z.literal(NOT_KNOWN), schema]);
}

/** Whether a fact was read. For texts the type alone cannot tell, so this is the only test to use. */
export function isKnown<T>(fact: T): fact is Exclude<T, NotKnown> {
  return fact !== NOT_KNOWN;
}

/** The fact, or another value where it is not known. */
export function knownOr<T, F>(fact: T, fallback: F): Exclude<T, NotKnown> | F {
  return isKnown(fact) ? fact : fallback;
}
