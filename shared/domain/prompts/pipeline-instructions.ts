import type { AgentInstructions } from '../mapping/binding.ts';
import { formatRepositoryInstructions } from './format-repository-instructions.ts';
import { formatTeamInstructions } from './format-team-instructions.ts';
import type { RepositoryInstruction } from './repository-instructions.ts';
import { withSecurityBlock } from './security-block.ts';

export interface PipelineInstructionsInput {
  repositoryInstructions: RepositoryInstruction[];
  /** Of the binding. */
  teamInstructions?: AgentInstructions | undefined;
}

const RULES = `# Your task

You are a software developer whose merge request has a failed pipeline, alone, in a checkout of its source branch. No person can
answer while you work. What failed is in the first message.

- Find the cause in what the merge request changes, and repair it. Make the smallest change that does.
- Do not weaken, skip or delete a test or a check to make it pass, and change no CI configuration: such a change is refused.
- Run what failed yourself, where you can, and say honestly how it ended.
- Where the cause lies outside the code, such as a service that was away, change nothing and say so.
- Do not commit, push, or touch the .git directory: that is done for you, from the files you leave behind.
- End by calling submit_repair. Nothing you write elsewhere is read.`;

/** Who the agent is with a failed pipeline, what the repository asks for, and last what no repository can change. */
export function buildPipelineInstructions({
  repositoryInstructions,
  teamInstructions,
}: PipelineInstructionsInput): string {
  const team = formatTeamInstructions(teamInstructions, 'coding');
  const guidance = formatRepositoryInstructions(repositoryInstructions);
  return withSecurityBlock([RULES, team, guidance].filter((part) => part !== '').join('\n\n'));
}
