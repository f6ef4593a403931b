import * as z from 'zod';

const ToolCall = z.strictObject({
  tool: z.string(),
  /** Strings inside may hold placeholders, see `fillTemplate`. */
  arguments: z.unknown(),
});

const Misbehaviour = z.enum([
  /** Takes the request and never answers. */
  'silent',
  /** Starts to answer and stops in the middle. */
  'stall',
  /** Sends lines that are no server-sent events and no JSON. */
  'malformed',
  /** Closes the connection without an answer. */
  'hang-up',
  /** Answers with a well-formed message that says nothing. */
  'empty',
]);

/** One answer of the model. */
export const Step = z.union([
  z.strictObject({ call: ToolCall, say: z.string().optional() }),
  z.strictObject({ calls: z.array(ToolCall).min(1), say: z.string().optional() }),
  z.strictObject({ say: z.string() }),
  /** The text, over and over, until it has this many characters. */
  z.strictObject({ babble: z.string().min(1), characters: z.int() }),
  z.strictObject({ misbehave: Misbehaviour }),
]);
export type Step = z.infer<typeof Step>;

/**
 * What the model does in one kind of conversation: one step per answer. A scenario is chosen by the text of the
 * conversation and stands still between requests: everything it knows, it reads from the request.
 */
export const Scenario = z.strictObject({
  name: z.string(),
  /** Texts that must all occur in the conversation. Empty fits every conversation. */
  when: z.array(z.string()).default([]),
  /** Only requests that offer this tool. */
  whenOffered: z.string().optional(),
  /** Values taken from the conversation by regular expression, first group, for `{{name}}`. */
  capture: z.record(z.string(), z.string()).default({}),
  /** The first `times` calls of a scenario get this status instead of an answer. */
  fail: z
    .strictObject({
      status: z.int(),
      times: z.int(),
      retryAfterSeconds: z.number().optional(),
      /** What the endpoint says of it. */
      message: z.string().optional(),
    })
    .optional(),
  /** Calls with an image get 400 where it takes none. */
  takesImages: z.boolean().default(true),
  steps: z.array(Step),
  /** What it does after the first, second, ... message that its change was not accepted, one step per answer. */
  repairs: z.array(z.array(Step)).default([]),
  /** When the steps are used up: say so, or start again at the first. */
  afterwards: z.enum(['stop', 'repeat']).default('stop'),
  /** Tokens reported per answer. */
  usage: z.strictObject({ input: z.int(), output: z.int() }).default({ input: 1000, output: 50 }),
});
export type Scenario = z.infer<typeof Scenario>;
