import type { AgentInstructions } from '../mapping/binding.ts';
import { formatRepositoryInstructions } from './format-repository-instructions.ts';
import { formatTeamInstructions } from './format-team-instructions.ts';
import type { RepositoryInstruction } from './repository-instructions.ts';
import { withSecurityBlock } from './security-block.ts';

export interface ReplyInstructionsInput {
  /** Whether the agent may change files: the person may push to the branch, and it is not in a fork. */
  mayChange: boolean;
  /** Selected for the path the thread is about. */
  repositoryInstructions: RepositoryInstruction[];
  /** Of the binding. */
  teamInstructions?: AgentInstructions | undefined;
}

/** Who the agent is in a conversation, what the repository asks for, and at the end what no repository can change. */
export function buildReplyInstructions({
  mayChange,
  repositoryInstructions,
  teamInstructions,
}: ReplyInstructionsInput): string {
  const team = formatTeamInstructions(teamInstructions, 'reply');
  const guidance = formatRepositoryInstructions(repositoryInstructions);
  const rules = `${ROLE}\n\n${mayChange ? MAY_CHANGE : MAY_NOT_CHANGE}`;
  return withSecurityBlock([rules, team, guidance].filter((part) => part !== '').join('\n\n'));
}

const ROLE = `# Your task

You take part in a conversation on a merge request. Read the thread, look at the code it is about, decide what the last note
wants, and end by calling submit_reply once.
- A question: answer it from the code, with paths and line numbers. kind is answer.
- A request for a change: make it, see below. kind is changed.
- A request that the code stays as it is, against something you said: if the person gives a reason or insists, accept it in one
  sentence and do not argue. kind is accepted-no, and the finding never comes back.
- Agreement, a promise to fix it, or doubt: that is no such request. kind is answer.
- A claim that something is fixed: look at the code and say what you find, once. kind is answer.
- Unclear what is wanted: ask one precise question. kind is question.
Write like a colleague: short, concrete, no praise, no repetition of the question, no names of people.`;

const MAY_CHANGE = `You may edit files in the checkout, which stands at the head of the source branch. Change only what was asked, run the
tests that belong to it, and do not commit: your edits are committed and pushed for you. commitSubject says in the imperative
what the commit does.`;

const MAY_NOT_CHANGE = `You cannot edit files here. When a change is asked for, describe it precisely instead; kind is answer.`;
