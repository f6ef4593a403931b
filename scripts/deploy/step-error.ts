import { fillIn } from './facts.ts';
import { formatCommand } from './format-plan.ts';
import type { DeployTools, Outcome } from './tools.ts';

/** A step that did not succeed; the message says what happened, for people. */
export class StepError extends Error {
  override name = 'StepError';
}

/** What a command printed. @throws {StepError} with its own words when it failed. */
export async function captureOrFail(command: readonly string[], tools: DeployTools): Promise<Outcome> {
  const outcome = await tools.capture(fillIn(command, tools.facts));
  if (outcome.code === 127) throw new StepError(`there is no ${command[0]} on this machine`);
  if (outcome.code !== 0)
    throw new StepError(outcome.stderr.trim() || `${formatCommand(command)} ended with ${outcome.code}`);
  return outcome;
}
