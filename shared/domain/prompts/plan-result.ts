import * as z from 'zod';
import { cleanText } from '../../kernel/text/clean-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { MAX_PLAN_LENGTH } from '../runs/plan-event.ts';

const line = z.string().trim().min(1).max(500);

const Fields = z.object({
  summary: z.string().trim().min(1).max(1000).describe('What will be done and how, in a few sentences. Markdown.'),
  steps: z.array(line).max(20).default([]).describe('What will be done, in this order.'),
  files: z
    .array(z.object({ path: z.string().trim().min(1).max(300), change: line }))
    .max(40)
    .default([])
    .describe('Each file that will be changed, added or deleted, relative to the repository, and how.'),
  risks: z.array(line).max(10).default([]).describe('What could go wrong, and what the request leaves open.'),
  tests: z.array(line).max(15).default([]).describe('How it will be shown to work.'),
  question: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .optional()
    .describe(
      'Only when no plan can be made without an answer from a person. Number several questions (1., 2., 3.), each in a line of its own.',
    ),
});

/** What a session that plans hands in. */
export const PlanResult = Fields.refine(
  ({ steps, question }) => steps.length > 0 || question !== undefined,
  'a plan has at least one step; where there can be none, hand in a question',
).refine(
  (plan) => formatPlan(plan).length <= MAX_PLAN_LENGTH,
  `the plan is too long: at most ${MAX_PLAN_LENGTH} characters in all, headings included; say less`,
);
export type PlanResult = z.infer<typeof PlanResult>;

/** The tool of a session that plans. */
export const PLAN_TOOL = {
  name: 'submit_plan',
  description: 'Hand in the plan. Required; it ends the session.',
  schema: PlanResult,
} satisfies { name: string; description: string; schema: z.ZodType<PlanResult> };

/** The plan as people read it, and as the session that carries it out is given it. Markdown. */
export function formatPlan({ summary, steps, files, risks, tests }: z.infer<typeof Fields>): string {
  return [
    cleanText(summary),
    ...section(
      'Steps',
      steps.map((step, index) => `${index + 1}. ${plain(step)}`),
    ),
    ...section(
      'Files',
      files.map(({ path, change }) => `- \`${plain(path).replaceAll('`', "'")}\`: ${plain(change)}`),
    ),
    ...section(
      'Risks',
      risks.map((risk) => `- ${plain(risk)}`),
    ),
    ...section(
      'Tests',
      tests.map((test) => `- ${plain(test)}`),
    ),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:\n\n${lines.join('\n')}`];
}

function plain(text: string): string {
  return oneLine(cleanText(text));
}
