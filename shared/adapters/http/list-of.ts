import * as z from 'zod';

/** A list without the items that cannot be read: one odd item must not hide the others. Absent and null are empty. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .array(z.unknown())
    .nullish()
    .transform((items) => (items ?? []).flatMap((one) => readOne(item, one)));
}

function readOne<T>(item: z.ZodType<T>, value: unknown): T[] {
  const read = item.safeParse(value);
  return read.success ? [read.data] : [];
}
