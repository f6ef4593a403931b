import { isFinal, type Run, type RunEvent } from '../../../../shared/domain/runs/run.ts';

/** One step in a run's life and how long it took to get there. */
export interface Stage {
  name: string;
  at: number;
  /** Since the step before; 0 for the first one. */
  tookMs: number;
  fields: NonNullable<RunEvent['fields']>;
}

export interface Stages {
  stages: Stage[];
  /** Time since the last step of a run that is not over. */
  underWayMs?: number;
  /** What the agent did step by step; the transcript says more. */
  steps: number;
  lastStep?: NonNullable<RunEvent['fields']>;
}

const STEP = 'agent-step';

/** The life of a run from its events, oldest first. */
export function listStages(run: Pick<Run, 'state'>, events: readonly RunEvent[], now: number): Stages {
  const milestones = events.filter(({ name }) => name !== STEP);
  const steps = events.filter(({ name }) => name === STEP);
  const stages = milestones.map(
    ({ name, at, fields = {} }, index): Stage => ({
      name,
      at,
      tookMs: Math.max(0, at - (milestones[index - 1]?.at ?? at)),
      fields,
    }),
  );
  const last = stages.at(-1);
  const lastStep = steps.at(-1)?.fields;
  return {
    stages,
    ...(isFinal(run.state) || !last ? {} : { underWayMs: Math.max(0, now - last.at) }),
    steps: steps.length,
    ...(lastStep ? { lastStep } : {}),
  };
}
