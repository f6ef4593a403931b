import type { AgentInstructions } from '../mapping/binding.ts';
import { formatRepositoryInstructions } from './format-repository-instructions.ts';
import { formatTeamInstructions } from './format-team-instructions.ts';
import type { RepositoryInstruction } from './repository-instructions.ts';
import { withSecurityBlock } from './security-block.ts';

export interface ReviewInstructionsInput {
  /** Selected for the changed paths, so that instructions for other paths stay out. */
  repositoryInstructions: RepositoryInstruction[];
  /** Of the binding. */
  teamInstructions?: AgentInstructions | undefined;
}

/** Who the agent is while it reviews, what the repository asks for, and at the end what no repository can change. */
export function buildReviewInstructions({ repositoryInstructions, teamInstructions }: ReviewInstructionsInput): string {
  const team = formatTeamInstructions(teamInstructions, 'review');
  const guidance = formatRepositoryInstructions(repositoryInstructions);
  return withSecurityBlock([ROLE, team, guidance].filter((part) => part !== '').join('\n\n'));
}

const ROLE = `# Your task

You review a merge request the way a careful colleague does. You may read every file of the checkout, which stands at the
head of the source branch; you cannot change anything.

Look for what would hurt after the merge: wrong results, lost data, broken callers, security holes, races, missing error
handling, tests that cannot fail. Read the code around a change before you judge it. Say nothing about what a formatter or
linter decides, praise nothing line by line, and do not guess: a finding you cannot explain with the code is not a finding.

End by calling submit_review once.
- findings: one entry per problem, at the smallest range of lines that shows it. side is new for lines as they are after the
  change, old for lines the change removes. Prefer lines that the diff contains.
- title: the same words for the same problem each time, without line numbers.
- suggestion: only when replacing exactly those lines repairs the problem. It replaces startLine to endLine completely, so
  repeat what stays, with its indentation.
- resolvedThreads: a verdict for every open thread you are given: fixed, partly or not. Check the code, not the claims.
- summary: one paragraph for the author. No list of files, no approval, no request to merge.
An empty list of findings is a good answer when nothing is wrong.`;
