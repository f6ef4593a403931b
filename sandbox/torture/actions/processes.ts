import { setTimeout as delay } from 'node:timers/promises';

import type { JobStarter } from '../../job/job-starter.ts';
import type { Action } from './action.ts';

/** An instance of the functions app is gone from one moment to the next. */
export const killFunctions: Action = {
  name: 'kill functions',
  weight: 3,
  async run({ functions }, random) {
    const instance = random.pick(functions.alive());
    if (!instance) return undefined;
    functions.kill(instance, 'SIGKILL');
    return `pid ${instance.child.pid}`;
  },
};

/** The platform replaces an instance. */
export const stopFunctions: Action = {
  name: 'stop functions',
  weight: 1,
  async run({ functions }, random) {
    const instance = random.pick(functions.alive());
    if (!instance) return undefined;
    functions.kill(instance, 'SIGTERM');
    return `pid ${instance.child.pid}`;
  },
};

export const killRunner: Action = {
  name: 'kill runner',
  weight: 4,
  async run({ environment: { jobs } }, random) {
    const runner = random.pick(await waitForRunners(jobs));
    if (!runner) return undefined;
    runner.kill('SIGKILL');
    return `pid ${runner.pid}`;
  },
};

export const stopRunner: Action = {
  name: 'stop runner',
  weight: 1,
  async run({ environment: { jobs } }, random) {
    const runner = random.pick(await waitForRunners(jobs));
    if (!runner) return undefined;
    runner.kill('SIGTERM');
    return `pid ${runner.pid}`;
  },
};

const RUNNER_WITHIN_MS = 30_000;

/** On a fast machine runners come and go between two looks: the one that starts next is the one that is hit. */
async function waitForRunners(jobs: JobStarter) {
  const deadline = Date.now() + RUNNER_WITHIN_MS;
  while (jobs.running().length === 0 && Date.now() < deadline) await delay(20);
  return jobs.running();
}
