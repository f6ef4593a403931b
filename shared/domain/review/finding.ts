import * as z from 'zod';
import { type Criteria, CriterionAnswers } from '../criteria/criterion.ts';

import { SEVERITIES } from '../mapping/severity.ts';

/** One remark of a review, as the agent hands it over. Lines count from 1 in the file of that side. */
export const Finding = z.object({
  path: z.string().min(1).max(4096).describe('Path of the file from the root of the repository, as the diff names it.'),
  startLine: z.int().min(1).describe('First line the finding is about, counted in the file of `side`.'),
  endLine: z.int().min(1).describe('Last line the finding is about; the same as startLine for one line.'),
  side: z
    .enum(['new', 'old'])
    .default('new')
    .describe('new: the file after the change. old: the file before it, for lines the change removes.'),
  severity: z
    .enum(SEVERITIES)
    .describe('blocker: must not be merged. major: a defect. minor: worth fixing. nit: a matter of taste.'),
  title: z
    .string()
    .min(1)
    .max(300)
    .describe('The problem in one short sentence, worded the same each time it is found.'),
  explanation: z.string().min(1).max(8000).describe('Why it is a problem and what would be right. Markdown.'),
  suggestion: z
    .string()
    .max(20_000)
    .nullish()
    .describe(
      'Replaces lines startLine to endLine completely, with their indentation. Only for side new, only when sure.',
    ),
  confidence: z.number().min(0).max(1).default(0.8).describe('How sure you are, from 0 to 1.'),
});
export type Finding = z.infer<typeof Finding>;

/** What the agent says about one of its earlier threads. */
export const ThreadVerdict = z.object({
  discussionId: z.string().min(1).max(200).describe('The id given in the prompt.'),
  status: z.enum(['fixed', 'partly', 'not']),
  reason: z.string().max(2000).default('').describe('One sentence that names the change.'),
});
export type ThreadVerdict = z.infer<typeof ThreadVerdict>;

/** The arguments of the `submit_review` tool. */
export const ReviewResult = z.object({
  summary: z.string().max(10_000).describe('One paragraph for the author: what the change does and how good it is.'),
  // No default: a list under another name must be refused, not read as an empty review.
  findings: z.array(Finding).max(200),
  resolvedThreads: z
    .array(ThreadVerdict)
    .max(200)
    .default([])
    .describe('A verdict for each earlier thread in the prompt.'),
  criteria: CriterionAnswers,
});
export type ReviewResult = z.infer<typeof ReviewResult>;

/** The tool of a review session; it takes answers to criteria only where the ticket has some. */
export function buildReviewResultTool({ listed }: Criteria) {
  const schema: z.ZodType<ReviewResult> = listed.length > 0 ? ReviewResult : ReviewResult.omit({ criteria: true });
  return { name: 'submit_review', description: 'Hand in the review. Required; it ends the session.', schema };
}
