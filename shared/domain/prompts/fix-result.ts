import * as z from 'zod';
import { FindingFix } from '../review/finding-fix.ts';

/** What a session hands in that was given the findings of its own review. */
export const FixResult = z.object({
  summary: z.string().trim().min(1).max(4000).describe('What was changed. Markdown, a few sentences.'),
  commitSubject: z.string().max(200).nullish().describe('What the commit does, in the imperative.'),
  threads: z.array(FindingFix).max(200).describe('One entry for each thread in the prompt.'),
});
export type FixResult = z.infer<typeof FixResult>;

export const FIX_RESULT_TOOL = {
  name: 'submit_fixes',
  description: 'Hand in what was done about the findings. Required; it ends the session.',
  schema: FixResult,
} as const;
