import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { applyImage } from './apply-image.ts';
import { applyReload } from './apply-reload.ts';
import { applySecrets } from './apply-secrets.ts';
import { type Facts, fillIn, listFact, takeOutputs } from './facts.ts';
import { formatLinks } from './format-links.ts';
import { formatCommand } from './format-plan.ts';
import { type CheckContext, judgeCheck } from './judge-check.ts';
import { readOperatorEnvironment } from './operator-environment.ts';
import { packageFunctions } from './package-functions.ts';
import type { Step } from './step.ts';
import { captureOrFail, StepError } from './step-error.ts';
import type { DeployTools } from './tools.ts';
import { waitForHealth } from './wait-for-health.ts';

/** Does one step. @throws {StepError} when it did not succeed. */
export async function applyStep(step: Step, context: CheckContext, tools: DeployTools): Promise<void> {
  switch (step.kind) {
    case 'check':
      return check(step, context, tools);
    case 'command':
      return command(step, tools);
    case 'image':
      return applyImage(step, tools);
    case 'filled-in':
      return checkFilledIn(step, tools);
    case 'outputs':
      return takeOutputs((await captureOrFail(step.command, tools)).stdout, tools.facts);
    case 'secrets':
      return applySecrets(step, tools);
    case 'package':
      return tools.print(`      ${packageFunctions(tools.root, step, tools.facts.get('company_ca'))}`);
    case 'health':
      return waitForHealth(fillIn([step.url], tools.facts)[0] ?? '', tools);
    case 'reload':
      return applyReload(step, tools);
    case 'links':
      return tools.print(formatLinks(step.environment, tools.facts));
  }
}

async function check(step: Step & { kind: 'check' }, context: CheckContext, tools: DeployTools): Promise<void> {
  if (step.judge === 'identity' && tools.facts.has('you')) return tools.print('      as CMAP_DEPLOYER_OBJECT_ID says');
  const { stdout } = await captureOrFail(step.command, tools);
  const result = judgeCheck(step.judge, stdout, context);
  if (!result.ok) throw new StepError(result.finding);
  for (const [name, value] of Object.entries(result.facts ?? {})) tools.facts.set(name, value);
  tools.print(`      ${result.finding}`);
}

function checkFilledIn({ placeholders }: Step & { kind: 'filled-in' }, tools: DeployTools): void {
  if (placeholders.length > 0) throw new StepError(`it still says ${placeholders.join(', ')}`);
  tools.print('      it is');
}

const BETWEEN_TRIES_MS = 30_000;

async function command(step: Step & { kind: 'command' }, tools: DeployTools): Promise<void> {
  const { each, unlessEmpty } = step;
  if (unlessEmpty && listFact(unlessEmpty, tools.facts).length === 0) return tools.print('      nothing to do');
  if (!each) return commandWith(tools.facts, step, tools);
  for (const item of listFact(each.of, tools.facts))
    await commandWith(new Map(tools.facts).set(each.as, item), step, tools);
}

async function commandWith(facts: Facts, step: Step & { kind: 'command' }, tools: DeployTools): Promise<void> {
  if (step.unless && (await tools.capture(fillIn(step.unless, facts))).code === 0) return tools.print('      is there');
  const filled = fillIn(step.command, facts);
  const environment = step.asOperator ? await readOperatorEnvironment(tools) : {};
  for (let left = step.tries ?? 1; ; left -= 1) {
    const failure = await runOnce(step, filled, environment, tools);
    if (failure === undefined) return;
    if (left <= 1) throw new StepError(failure);
    tools.print(`      not yet; again in half a minute (${left - 1} times more)`);
    await tools.sleep(BETWEEN_TRIES_MS);
  }
}

async function runOnce(
  step: Step & { kind: 'command' },
  filled: string[],
  environment: Record<string, string>,
  tools: DeployTools,
) {
  if (step.saveAs === undefined) {
    const code = await tools.show(filled, environment);
    return code === 0 ? undefined : `${formatCommand(step.command)} ended with ${code}`;
  }
  const { code, stdout, stderr } = await tools.capture(filled, environment);
  if (code !== 0) return stderr.trim() || `${formatCommand(step.command)} ended with ${code}`;
  const file = path.join(tools.root, step.saveAs);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, stdout);
  return undefined;
}
