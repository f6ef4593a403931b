import type { CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';

/** What the agent says it ran, one line each; a claim, and worded as one. */
export function describeChecks({ tests }: Pick<CodingResult, 'tests'>): string[] {
  return tests.map(({ command, passed, note }) => {
    const outcome = passed ? 'passed' : 'failed';
    const line = `\`${command.replaceAll('`', "'")}\` ${outcome}, says the agent`;
    return note ? `${line} (${oneLine(note)})` : line;
  });
}
