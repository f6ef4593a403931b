import { fillIn } from './facts.ts';
import { formatCommand } from './format-plan.ts';
import type { Command, Step } from './step.ts';
import { StepError } from './step-error.ts';
import type { DeployTools } from './tools.ts';

/**
 * Builds the image where there is a Docker that answers, otherwise in the registry; neither when the registry has it.
 */
export async function applyImage(step: Step & { kind: 'image' }, tools: DeployTools): Promise<void> {
  if ((await tools.capture(fillIn(step.unless, tools.facts))).code === 0) return tools.print('      is there');
  const hasDocker = (await tools.capture(['docker', 'info', '--format', '{{.ServerVersion}}'])).code === 0;
  const commands: readonly Command[] = hasDocker ? step.withDocker : [step.inRegistry];
  for (const command of commands) {
    const code = await tools.show(fillIn(command, tools.facts));
    if (code !== 0) throw new StepError(`${formatCommand(command)} ended with ${code}`);
  }
}
