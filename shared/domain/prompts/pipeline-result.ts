import * as z from 'zod';

/** What a session hands in that was given a failed pipeline. */
export const PipelineResult = z.object({
  summary: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .describe(
      'Why the pipeline failed and what was changed, or why nothing can be changed. Markdown, a few sentences.',
    ),
  commitSubject: z.string().max(200).nullish().describe('What the commit does, in the imperative.'),
});
export type PipelineResult = z.infer<typeof PipelineResult>;

export const PIPELINE_RESULT_TOOL = {
  name: 'submit_repair',
  description: 'Hand in the repair. Required; it ends the session.',
  schema: PipelineResult,
} as const;
