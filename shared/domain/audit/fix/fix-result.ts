import * as z from 'zod';
import { Fix } from './fix.ts';

/**
 * `to-do`: would be done. `applied`: was done now. `nothing`: stands there already. `refused`: the services or the
 * state of things do not let it be done. `not-known`: a service did not answer, so it may or may not be done.
 */
export const FIX_STATES = ['to-do', 'applied', 'nothing', 'refused', 'not-known'] as const;
export type FixState = (typeof FIX_STATES)[number];

/** A fix and what became of it; `says` is one sentence for people. */
export const FixOutcome = z.strictObject({ fix: Fix, state: z.enum(FIX_STATES), says: z.string() });
export type FixOutcome = z.infer<typeof FixOutcome>;

/** What `cmap audit fix` prints with `--json`. */
export const FixResult = z.strictObject({
  schema: z.literal('cmap.audit-fix-result.v1'),
  fixVersion: z.string(),
  auditedAt: z.string(),
  /** False for a dry run. */
  applied: z.boolean(),
  /** Whether the audit itself could see everything; what it could not see is not fixed. */
  complete: z.boolean(),
  outcomes: z.array(FixOutcome),
  /** Findings that need a person. */
  left: z.array(z.strictObject({ finding: z.string(), next: z.string() })),
});
export type FixResult = z.infer<typeof FixResult>;

/** 0: nothing to do, or all of it done. 1: something is to do or was refused. 3: not everything could be seen. */
export function fixExitCode({ complete, outcomes }: Pick<FixResult, 'complete' | 'outcomes'>): 0 | 1 | 3 {
  if (!complete || outcomes.some(({ state }) => state === 'not-known')) return 3;
  return outcomes.some(({ state }) => state === 'to-do' || state === 'refused') ? 1 : 0;
}

/** What a fix is about: `PROJ-1`, `group/app!12`, `group/app@<sha>`. */
export function subjectOfFix(fix: Fix): string {
  switch (fix.kind) {
    case 'set-fix-version':
    case 'hand-to-agent':
      return fix.key;
    case 'propose-key':
      return `${fix.repository}!${fix.mergeRequestIid}`;
    case 'create-ticket':
      return fix.change;
  }
}
