import { createRandom, type Random } from '../environment/random.ts';

/** Something that may happen, and how often compared with the others of its lane. */
export interface Weighted {
  name: string;
  weight: number;
}

export interface Lane<T extends Weighted> {
  actions: readonly T[];
  /** On average this long between two of them. */
  everyMs: number;
}

export interface PlannedAction<T extends Weighted> {
  atMs: number;
  action: T;
  /** What the action decides by; the same whenever it comes to run. */
  random: Random;
}

/**
 * What happens when: the same for the same seed and duration. Each lane keeps its own pace; between two of its actions
 * pass from half to one and a half times its average.
 */
export function planActions<T extends Weighted>(
  seed: number,
  durationMs: number,
  lanes: readonly Lane<T>[],
): PlannedAction<T>[] {
  const random = createRandom(seed);
  return lanes
    .flatMap((lane) => planLane(lane, durationMs, random.fork()))
    .toSorted((one, other) => one.atMs - other.atMs);
}

function planLane<T extends Weighted>({ actions, everyMs }: Lane<T>, durationMs: number, random: Random) {
  const planned: PlannedAction<T>[] = [];
  const pause = () => everyMs * (0.5 + random.next());
  for (let atMs = pause(); atMs < durationMs; atMs += pause()) {
    const action = pickWeighted(actions, random);
    if (action) planned.push({ atMs, action, random: random.fork() });
  }
  return planned;
}

function pickWeighted<T extends Weighted>(actions: readonly T[], random: Random): T | undefined {
  let left = random.next() * actions.reduce((sum, { weight }) => sum + weight, 0);
  return actions.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}
