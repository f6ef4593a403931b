import * as z from 'zod';

/** What a session hands in that has resolved the conflicts of a merge. */
export const MergeResult = z.object({
  summary: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .describe('How each conflict was resolved, for the people of the merge request. Markdown, a few sentences.'),
  unresolved: z
    .array(z.string().min(1).max(500))
    .max(200)
    .default([])
    .describe('Files whose conflict needs the decision of a person. Leave their markers as they are.'),
});
export type MergeResult = z.infer<typeof MergeResult>;

export const MERGE_RESULT_TOOL = {
  name: 'submit_merge',
  description: 'Hand in the resolved merge. Required; it ends the session.',
  schema: MergeResult,
} as const;
