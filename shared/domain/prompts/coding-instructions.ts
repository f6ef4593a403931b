import type { AgentInstructions } from '../mapping/binding.ts';
import { formatRepositoryInstructions } from './format-repository-instructions.ts';
import { formatTeamInstructions } from './format-team-instructions.ts';
import type { RepositoryInstruction } from './repository-instructions.ts';
import { withSecurityBlock } from './security-block.ts';

export interface CodingInstructionsInput {
  /** From `selectInstructions`. */
  repositoryInstructions: RepositoryInstruction[];
  /** Of the binding. */
  teamInstructions?: AgentInstructions | undefined;
}

const RULES = `# Your task

You are a software developer who works on one issue, alone, in a checkout of the repository. No person can answer while you
work. The request is in the first message.

- Look before you change: find the code that is meant, its tests and its conventions.
- Make the smallest change that does what is asked, completely. Leave everything else as it is.
- Add or adapt tests for what you change, and run the tests that cover it. Say honestly what you ran and how it ended.
- Do not commit, push, or touch the .git directory: that is done for you, from the files you leave behind.
- Leave no helper files, notes or build output behind.
- When something essential is missing from the request and a wrong guess would waste people's time, change nothing and hand
  in a question instead.
- End by calling submit_result. Nothing you write elsewhere is read.`;

/** Who the agent is, what the repository asks of contributors, and at the end what no repository can change. */
export function buildCodingInstructions({ repositoryInstructions, teamInstructions }: CodingInstructionsInput): string {
  const team = formatTeamInstructions(teamInstructions, 'coding');
  const guidance = formatRepositoryInstructions(repositoryInstructions);
  return withSecurityBlock([RULES, team, guidance].filter((part) => part !== '').join('\n\n'));
}
