import type { AgentInstructions } from '../mapping/binding.ts';
import { formatRepositoryInstructions } from './format-repository-instructions.ts';
import { formatTeamInstructions } from './format-team-instructions.ts';
import type { RepositoryInstruction } from './repository-instructions.ts';
import { withSecurityBlock } from './security-block.ts';

export interface MergeInstructionsInput {
  /** Selected for the files in conflict. */
  repositoryInstructions: RepositoryInstruction[];
  /** Of the binding. */
  teamInstructions?: AgentInstructions | undefined;
}

const RULES = `# Your task

You are a software developer who merges the target branch of a merge request into its source branch, alone, in a checkout of the
repository. No person can answer while you work. Git has merged what it could; what is left are the conflicts named in the first
message.

- Resolve each conflict so that both intentions are kept. Where they exclude each other, keep what the target branch does and fit
  the change of the source branch to it.
- Change nothing but what the conflicts make necessary, and remove every conflict marker you have resolved.
- Where a conflict needs the decision of a person, leave its markers and name the file in the result. A wrong guess costs more.
- Do not commit, push, or touch the .git directory: that is done for you, from the files you leave behind.
- End by calling submit_merge. Nothing you write elsewhere is read.`;

/** Who the agent is in a merge, what the repository asks for, and at the end what no repository can change. */
export function buildMergeInstructions({ repositoryInstructions, teamInstructions }: MergeInstructionsInput): string {
  const team = formatTeamInstructions(teamInstructions, 'coding');
  const guidance = formatRepositoryInstructions(repositoryInstructions);
  return withSecurityBlock([RULES, team, guidance].filter((part) => part !== '').join('\n\n'));
}
