import {
  type InstructionFile,
  type RepositoryInstruction,
  selectInstructions,
} from '../../../shared/domain/prompts/repository-instructions.ts';
import type { Log } from '../../../shared/kernel/log.ts';

/**
 * The guidance of the repository that concerns a change, as `selectInstructions` says; what it leaves out is logged.
 */
export function chooseInstructions(
  files: InstructionFile[],
  { log }: { log: Log },
  changedPaths?: string[],
): RepositoryInstruction[] {
  const { instructions, warnings } = selectInstructions(files, changedPaths);
  for (const warning of warnings) log.warn('repository instruction left out', { warning });
  return instructions;
}
