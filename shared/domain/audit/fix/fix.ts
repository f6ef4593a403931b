import * as z from 'zod';

const FixBase = { finding: z.string(), why: z.string() };

/** One step of `cmap audit fix`. It says what to do; applying it is a matter of the adapters, and is safe to repeat. */
export const Fix = z.discriminatedUnion('kind', [
  z.strictObject({ ...FixBase, kind: z.literal('set-fix-version'), key: z.string(), fixVersion: z.string() }),
  z.strictObject({
    ...FixBase,
    kind: z.literal('propose-key'),
    repository: z.string(),
    mergeRequestIid: z.int(),
    /** Best first. */
    candidates: z.array(z.strictObject({ key: z.string(), summary: z.string(), because: z.string() })).min(1),
    /** Title with the best key in front; proposed in a note, not set. */
    proposedTitle: z.string(),
  }),
  z.strictObject({
    ...FixBase,
    kind: z.literal('create-ticket'),
    change: z.string(),
    project: z.string(),
    summary: z.string(),
    fixVersion: z.string(),
    url: z.string(),
  }),
  z.strictObject({ ...FixBase, kind: z.literal('hand-to-agent'), key: z.string(), summary: z.string() }),
]);
export type Fix = z.infer<typeof Fix>;

/** What can be repaired, and why the rest cannot. */
export const FixPlan = z.strictObject({
  schema: z.literal('cmap.audit-fix.v1'),
  fixVersion: z.string(),
  fixes: z.array(Fix),
  /** Ids of findings that need a person. */
  left: z.array(z.strictObject({ finding: z.string(), next: z.string() })),
});
export type FixPlan = z.infer<typeof FixPlan>;
