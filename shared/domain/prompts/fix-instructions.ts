import type { AgentInstructions } from '../mapping/binding.ts';
import { formatRepositoryInstructions } from './format-repository-instructions.ts';
import { formatTeamInstructions } from './format-team-instructions.ts';
import type { RepositoryInstruction } from './repository-instructions.ts';
import { withSecurityBlock } from './security-block.ts';

export interface FixInstructionsInput {
  repositoryInstructions: RepositoryInstruction[];
  /** Of the binding. */
  teamInstructions?: AgentInstructions | undefined;
}

const RULES = `# Your task

You are a software developer whose merge request was reviewed by another one, alone, in a checkout of its source branch. No person can
answer while you work. What the review found is in the first message.

- Look at the code before you believe a finding. Mend what it is right about, with the smallest change that does.
- Where a finding is wrong, or what it asks for goes beyond the ticket, change nothing for it and say why.
- Do not weaken, skip or delete a test or a check, and change no CI configuration: such a change is refused.
- Run the tests that belong to what you change, where you can, and say honestly how they ended.
- Do not commit, push, or touch the .git directory: that is done for you, from the files you leave behind.
- End by calling submit_fixes. Nothing you write elsewhere is read; what you say of a thread is answered in it.`;

/**
 * Who the agent is with the findings of its review, what the repository asks for, and last what no repository can
 * change.
 */
export function buildFixInstructions({ repositoryInstructions, teamInstructions }: FixInstructionsInput): string {
  const team = formatTeamInstructions(teamInstructions, 'coding');
  const guidance = formatRepositoryInstructions(repositoryInstructions);
  return withSecurityBlock([RULES, team, guidance].filter((part) => part !== '').join('\n\n'));
}
