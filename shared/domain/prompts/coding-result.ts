import * as z from 'zod';
import { type Criteria, CriterionAnswers } from '../criteria/criterion.ts';

/** What a coding session hands in. Shown to people, so every text has a limit. */
export const CodingResult = z.object({
  summary: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .describe('What was done and why, for the merge request. Markdown, a few sentences.'),
  changes: z
    .array(
      z.object({
        path: z.string().min(1).max(500).describe('Relative to the repository.'),
        explanation: z.string().min(1).max(1000),
      }),
    )
    .max(200)
    .default([])
    .describe('Each changed file that needs an explanation, and why it changed.'),
  tests: z
    .array(
      z.object({
        command: z.string().min(1).max(500),
        passed: z.boolean(),
        note: z.string().max(1000).optional(),
      }),
    )
    .max(50)
    .default([])
    .describe('Commands that were run to check the change, and how they ended.'),
  question: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .optional()
    .describe(
      'Only when the work cannot be done without an answer from a person. Change no file then. Number several questions (1., 2., 3.), each in a line of its own, so that a person can answer one by one.',
    ),
  criteria: CriterionAnswers,
  plan: z.array(z.string().min(1).max(500)).max(30).optional().describe('The steps that were planned, or that remain.'),
});
export type CodingResult = z.infer<typeof CodingResult>;

/** The tool of a coding session; it takes answers to criteria only where the ticket has some. */
export function buildCodingResultTool({ listed }: Criteria) {
  const schema: z.ZodType<CodingResult> = listed.length > 0 ? CodingResult : CodingResult.omit({ criteria: true });
  return { name: 'submit_result', description: 'Hand in the result. Required; it ends the session.', schema };
}
