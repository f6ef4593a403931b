import * as z from 'zod';
import { fitText } from '../../kernel/text/fit-text.ts';

export const MAX_CRITERIA = 20;
const MAX_CHARACTERS = 500;

/** One thing a ticket says the work has to fulfil. */
export interface Criterion {
  /** From 1; people read it as `AC1`. */
  number: number;
  /** One line of Markdown, at most 500 characters. */
  text: string;
}

/** The acceptance criteria of a ticket, numbered once for everything that speaks about them. */
export interface Criteria {
  /** At most 20. */
  listed: readonly Criterion[];
  /** How many more the ticket has. */
  leftOut: number;
}

export const NO_CRITERIA: Criteria = { listed: [], leftOut: 0 };

/** What the agent says about one criterion, as an argument of its result tool. */
export const CriterionAnswer = z.object({
  number: z.int().min(1).max(MAX_CRITERIA).describe('The number of the criterion: 1 for AC1.'),
  met: z.enum(['yes', 'partly', 'no']),
  evidence: z
    .string()
    .trim()
    .max(1000)
    .default('')
    .describe('One sentence that names what shows it: a test, a file and its lines, or what is missing.'),
});
export type CriterionAnswer = z.infer<typeof CriterionAnswer>;

/** The list of answers, for the schema of a result tool. A number may be answered twice; the last answer counts. */
export const CriterionAnswers = z
  .array(CriterionAnswer)
  .max(2 * MAX_CRITERIA)
  .optional()
  .describe('One entry for each acceptance criterion in the prompt.');

/** Numbers what was found, in its order. */
export function numberCriteria(texts: readonly string[]): Criteria {
  const listed = texts
    .slice(0, MAX_CRITERIA)
    .map((text, index) => ({ number: index + 1, text: fitText(text, MAX_CHARACTERS) }));
  return { listed, leftOut: texts.length - listed.length };
}
