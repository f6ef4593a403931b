import * as z from 'zod';
import { UsageSchema } from './run-schema.ts';

/** What an evaluation is asked to do; what is absent is left to the settings. */
export const EvalRequest = z.object({
  /** Ids of tickets; empty means all. */
  only: z.array(z.string()),
  /** Asked side by side, each for every ticket; empty means the one of the settings. */
  models: z.array(z.string()),
  /** In place of those a coding run has. */
  instructions: z.string().optional(),
  /** Longest session of one ticket. */
  sessionMs: z.number(),
  /** Longest time of the tests of a repository, and of a hidden test. */
  testMs: z.number(),
});
export type EvalRequest = z.infer<typeof EvalRequest>;

/**
 * How a ticket ended: `solved` and `unsolved` by its hidden test; `refused` where the gate or `validate` said no, or
 * the session asked in place of changing; `failed` where there was no session to the end.
 */
export const EVAL_OUTCOMES = ['solved', 'refused', 'unsolved', 'failed'] as const;

export const EvalResult = z.object({
  ticket: z.string(),
  /** `null` where the settings name none. */
  model: z.string().nullable(),
  outcome: z.enum(EVAL_OUTCOMES),
  /** Of what is not solved, in one sentence or line. */
  reason: z.string().nullable(),
  usage: UsageSchema(),
  /** `null` where `MODEL_PRICES` has no price of the model. */
  cost: z.object({ amount: z.number(), currency: z.string() }).nullable(),
  /** From the clone to the end of the last check. */
  durationMs: z.number(),
});
export type EvalResult = z.infer<typeof EvalResult>;

export const EvalTicketName = z.object({ id: z.string(), language: z.string(), summary: z.string() });
export type EvalTicketName = z.infer<typeof EvalTicketName>;

/** What an evaluation says while it goes on, one JSON document a line. */
export const EvalEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begun'),
    tickets: z.array(EvalTicketName),
    models: z.array(z.string().nullable()),
    /** Languages of which no ticket is tried, each with the program that is missing. */
    skipped: z.array(z.object({ language: z.string(), missing: z.string(), tickets: z.array(z.string()) })),
  }),
  z.object({ kind: z.literal('ended'), result: EvalResult }),
  /** No further ticket is given to a model. */
  z.object({ kind: z.literal('stopped'), model: z.string().nullable(), reason: z.string() }),
]);
export type EvalEvent = z.infer<typeof EvalEvent>;
export type EvalBegun = Extract<EvalEvent, { kind: 'begun' }>;
