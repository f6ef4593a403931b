import type { Criteria } from '../../../shared/domain/criteria/criterion.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import { buildCodingInstructions } from '../../../shared/domain/prompts/coding-instructions.ts';
import {
  buildCodingPrompt,
  type CodingPromptInput,
  type Prompt,
} from '../../../shared/domain/prompts/coding-prompt.ts';
import { type OfferedSkill, offerSkills } from '../../../shared/domain/prompts/offer-skills.ts';
import type { InstructionFile } from '../../../shared/domain/prompts/repository-instructions.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { chooseInstructions } from '../run/choose-instructions.ts';
import type { TakenAttachments } from '../run/take-attachments.ts';

export interface SessionSubject {
  issue: Pick<Issue, 'key' | 'summary' | 'description'> & Partial<Pick<Issue, 'details' | 'labels'>>;
  criteria: Criteria;
  binding: Binding;
  /** Instructions of the repository, from the target branch: never from the branch the agent works on. */
  instructionFiles: InstructionFile[];
  /** What is said besides the issue: comments, rework, a plan, a conflict. */
  conversation: Pick<CodingPromptInput, 'comments' | 'rework' | 'plan' | 'conflict'>;
  /** Absent where the issue has none, or the binding takes none. */
  attachments?: TakenAttachments | undefined;
  /** Where `files` are going to be. */
  contextDirectory: string;
}

/** The words a coding session is begun with, and the files they name: the same in runs and where they are tried. */
export function describeSession(
  { issue, criteria, binding, instructionFiles, conversation, attachments, contextDirectory }: SessionSubject,
  deps: { log: Log },
): Prompt & { instructions: string; skills?: OfferedSkill[] } {
  const { prompt, files } = buildCodingPrompt({
    issue,
    criteria,
    ticketFields: binding.ticketFields,
    ...(attachments ? { attachments: attachments.prompt } : {}),
    ...conversation,
    targetBranch: binding.targetBranch,
    ...(binding.paths === undefined ? {} : { paths: binding.paths }),
    ...(binding.validate === undefined ? {} : { validateCommand: binding.validate }),
    contextDirectory,
  });
  const { repositoryInstructions, ...offered } = offerSkills(chooseInstructions(instructionFiles, deps), binding);
  const instructions = buildCodingInstructions({ repositoryInstructions, teamInstructions: binding.instructions });
  return { prompt, files, instructions, ...offered };
}
