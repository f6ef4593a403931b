/**
 * More than a person corrects at once; a broken file of thousands of bindings would fill terminals, logs and answers.
 */
const MOST_LISTED = 100;

/** The first problems of a list, and how many are left out. */
export function limitProblems<Problem>(problems: readonly Problem[]): { listed: Problem[]; left: number } {
  return { listed: problems.slice(0, MOST_LISTED), left: Math.max(0, problems.length - MOST_LISTED) };
}
