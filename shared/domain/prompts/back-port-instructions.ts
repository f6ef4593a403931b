import { formatRepositoryInstructions } from './format-repository-instructions.ts';
import { formatTeamInstructions } from './format-team-instructions.ts';
import type { MergeInstructionsInput } from './merge-instructions.ts';
import { withSecurityBlock } from './security-block.ts';

const RULES = `# Your task

You are a software developer who takes a change that was merged elsewhere over to the branch of an older release, alone, in a
checkout of the repository. No person can answer while you work. Git has applied what it could; what is left are the conflicts
named in the first message.

- Resolve each conflict so that the release branch does what it did, with the change added. Bring along nothing else of the newer
  branch: no other feature, no newer interface, no clean-up.
- Where the change rests on something that this release does not have, write what does the same here; where that is no small step,
  leave the conflict to a person.
- Change nothing but what the conflicts make necessary, and remove every conflict marker you have resolved.
- Where a conflict needs the decision of a person, leave its markers and name the file in the result. A wrong guess costs more.
- Do not commit, push, or touch the .git directory: that is done for you, from the files you leave behind.
- End by calling submit_merge. Nothing you write elsewhere is read.`;

/** Who the agent is in a back-port, what the repository asks for, and at the end what no repository can change. */
export function buildBackPortInstructions({
  repositoryInstructions,
  teamInstructions,
}: MergeInstructionsInput): string {
  const team = formatTeamInstructions(teamInstructions, 'coding');
  const guidance = formatRepositoryInstructions(repositoryInstructions);
  return withSecurityBlock([RULES, team, guidance].filter((part) => part !== '').join('\n\n'));
}
