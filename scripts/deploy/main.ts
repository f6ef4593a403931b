import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCancel, password } from '@clack/prompts';

import { applyDeployment } from './apply-deployment.ts';
import type { Facts } from './facts.ts';
import { formatPlan } from './format-plan.ts';
import { imageTag } from './image-tag.ts';
import { type DeployOptions, readDeployOptions, USAGE } from './options.ts';
import { planDeployment } from './plan-deployment.ts';
import { readEnvironment } from './read-environment.ts';
import { planRunnerImages } from './runner-images.ts';
import { type DeployTools, runProcess } from './tools.ts';

const root = path.resolve(import.meta.dirname, '../..');
process.exitCode = await main(process.argv.slice(2));

/** 0: deployed, or the plan was printed; 1: a step failed; 2: used wrongly. */
async function main(args: string[]): Promise<number> {
  let options: DeployOptions;
  try {
    options = readDeployOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return 2;
  }
  try {
    return await deploy(options);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
}

async function deploy(options: DeployOptions): Promise<number> {
  const environment = readEnvironment(root, options.environment);
  const tag = options.imageTag ?? imageTag(root);
  const runnerImages = planRunnerImages(root, environment.runnerImages, tag);
  const steps = planDeployment({ options, environment, imageTag: tag, runnerImages });
  if (options.planOnly) {
    process.stdout.write(formatPlan(steps));
    return 0;
  }
  return (await applyDeployment(steps, environment, createTools(readFacts(options)))) ? 0 : 1;
}

function readFacts({ companyCaFile }: DeployOptions): Facts {
  const facts: Facts = new Map();
  const you = process.env['CMAP_DEPLOYER_OBJECT_ID'];
  if (you) facts.set('you', you);
  if (companyCaFile !== undefined) facts.set('company_ca', readFileSync(companyCaFile, 'utf8'));
  return facts;
}

function createTools(facts: Facts): DeployTools {
  const start = (command: readonly string[], stdio: 'pipe' | 'inherit', more: Record<string, string> = {}) => {
    const [program = '', ...rest] = command;
    // Our own programs run under the Node this one runs under.
    const real = program === 'node' ? [process.execPath, ...rest] : command;
    return runProcess(real, { cwd: root, env: { ...process.env, ...more }, stdio });
  };
  return {
    root,
    facts,
    capture: (command, more) => start(command, 'pipe', more),
    show: async (command, more) => (await start(command, 'inherit', more)).code,
    askSecret: async (message) => {
      if (!process.stdin.isTTY) return undefined;
      const answer = await password({ message });
      return isCancel(answer) ? undefined : answer;
    },
    request: async (method, url, headers) => {
      const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(60_000) });
      return { status: response.status, text: await response.text() };
    },
    sleep: (milliseconds) => sleep(milliseconds),
    print: (line) => process.stdout.write(`${line}\n`),
  };
}
