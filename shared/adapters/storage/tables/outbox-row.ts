import * as z from 'zod';
import { OutboxEntry } from '../../../domain/runs/outbox-entry-schema.ts';
import { parseJsonField } from './parse-json-field.ts';

/** A row of the outbox. Names of fields are those of the first version; what is stored keeps them. */
export const OutboxRow = z
  .object({
    errand: z.string().transform(parseJsonField).pipe(OutboxEntry),
    takenUntil: z.number(),
    tries: z.number(),
    at: z.number().default(0),
    /** Absent in rows of the first version. */
    openedAt: z.number().optional(),
  })
  .transform(({ errand, takenUntil, tries, at, openedAt = at }) => ({
    entry: errand,
    leasedUntil: takenUntil,
    tries,
    openedAt,
  }));
