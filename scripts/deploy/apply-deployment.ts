import { applyStep } from './apply-step.ts';
import type { EnvironmentFile } from './read-environment.ts';
import type { Step } from './step.ts';
import { StepError } from './step-error.ts';
import type { DeployTools } from './tools.ts';

/**
 * Does the steps one after the other and stops at the first that fails, with what happened and what to do. Resolves
 * with whether all succeeded. Running it again goes on where it stopped: each step looks before it makes something.
 */
export async function applyDeployment(
  steps: readonly Step[],
  { name, location, runnerImages, takesEveryImage }: EnvironmentFile,
  tools: DeployTools,
): Promise<boolean> {
  const images = takesEveryImage ? 'every' : Object.keys(runnerImages);
  const context = { name, location, images, facts: tools.facts } as const;
  for (const [index, step] of steps.entries()) {
    tools.print(`[${index + 1}/${steps.length}] ${step.title}`);
    try {
      await applyStep(step, context, tools);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      tools.print(`\nStep ${index + 1} failed: ${step.title}\n  ${error.message}\n  ${step.help}`);
      tools.print('  Then run the same command again: what is done is not done twice.');
      return false;
    }
  }
  return true;
}
