import type { CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';

/**
 * What the agent says it ran, one line each; a claim, and worded as one. What it says of `validate` is left out where
 * that passed: the runner has run it itself, and says so.
 */
export function describeChecks({ tests }: Pick<CodingResult, 'tests'>, validate: string | undefined): string[] {
  const claims = tests.filter(({ command, passed }) => !passed || command.trim() !== validate?.trim());
  return claims.map(({ command, passed, note }) => {
    const outcome = passed ? 'passed' : 'failed';
    const line = `\`${command.replaceAll('`', "'")}\` ${outcome}, says the agent`;
    return note ? `${line} (${oneLine(note)})` : line;
  });
}
