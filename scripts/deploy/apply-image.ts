import { fillIn } from './facts.ts';
import { formatCommand } from './format-plan.ts';
import type { Command, Step } from './step.ts';
import { captureOrFail, StepError } from './step-error.ts';
import type { DeployTools } from './tools.ts';

type ImageStep = Step & { kind: 'image' };

/**
 * Builds the image where there is a Docker that answers, otherwise in the registry; neither when the registry has it.
 * Either way its digest is a fact from here on: a job that is given it runs what was built, and nothing else.
 */
export async function applyImage(step: ImageStep, tools: DeployTools): Promise<void> {
  const there = await tools.capture(fillIn(step.look, tools.facts));
  if (there.code === 0) return keepDigest(step, there.stdout, 'is there', tools);
  const hasDocker = (await tools.capture(['docker', 'info', '--format', '{{.ServerVersion}}'])).code === 0;
  const commands: readonly Command[] = hasDocker ? step.withDocker : [step.inRegistry];
  for (const command of commands) {
    const code = await tools.show(fillIn(command, tools.facts));
    if (code !== 0) throw new StepError(`${formatCommand(command)} ended with ${code}`);
  }
  keepDigest(step, (await captureOrFail(step.look, tools)).stdout, 'built', tools);
}

function keepDigest({ look, as }: ImageStep, output: string, how: string, tools: DeployTools): void {
  const digest = output.trim();
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new StepError(`${formatCommand(look)} named no digest`);
  tools.facts.set(as, digest);
  tools.print(`      ${how}: ${digest}`);
}
