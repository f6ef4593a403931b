import * as z from 'zod';
import type { RunEvent } from './run.ts';

/** What the record of a run keeps of a description it has written, in one field of the stage `merge-request-open`. */
export interface Described {
  /** Of the text as GitLab gave it back. */
  digest: string;
  /** The runs whose work it tells of, oldest first. */
  rounds: readonly string[];
  /** The plan it shows folded. */
  plan?: { run: string; approvedBy?: string | undefined } | undefined;
}

/** The first one, and as many after it: an event keeps 1,000 characters of a field. */
const MAX_REWORKS = 10;
const MAX_NAME_LENGTH = 100;

const describedSchema = z.strictObject({
  digest: z.string(),
  rounds: z.array(z.string()),
  plan: z.strictObject({ run: z.string(), approvedBy: z.string().optional() }).optional(),
});

/** The field that `findDescribed` reads. */
export function toDescribedField({ digest, rounds, plan }: Described): { described: string } {
  const [first, ...reworks] = rounds;
  const kept = {
    digest,
    rounds: [...(first === undefined ? [] : [first]), ...reworks.slice(-MAX_REWORKS)],
    ...(plan ? { plan: { ...plan, approvedBy: plan.approvedBy?.slice(0, MAX_NAME_LENGTH) } } : {}),
  };
  return { described: JSON.stringify(kept) };
}

/** What a run has noted last of a description it has written on this merge request. */
export function findDescribed(
  events: readonly Pick<RunEvent, 'name' | 'fields'>[],
  iid: number,
): Described | undefined {
  const fields = events.findLast(({ name }) => name === 'merge-request-open')?.fields ?? {};
  const { described } = fields;
  if (fields['iid'] !== iid || typeof described !== 'string') return undefined;
  try {
    return describedSchema.safeParse(JSON.parse(described)).data;
  } catch {
    return undefined;
  }
}
