import * as z from 'zod';

/** What was done about one finding of the agent's own review. */
export const FindingFix = z.object({
  discussionId: z.string().min(1).max(200).describe('The id given in the prompt.'),
  status: z.enum(['fixed', 'partly', 'not']),
  what: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .describe('One or two sentences for the thread: what was changed and where, or why it stays as it is.'),
});
export type FindingFix = z.infer<typeof FindingFix>;
