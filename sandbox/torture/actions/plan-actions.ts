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
  /** It is the first of its action, which is to happen even when it finds nothing to do at this moment. */
  isFirst: boolean;
}

/**
 * What happens when: the same for the same seed and duration. Each lane keeps its own pace; between two of its actions
 * pass from half to one and a half times its average. It begins with each of its actions once, in an order of the seed;
 * what comes then is chosen by weight.
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
  const first = shuffle(actions, random);
  for (let atMs = pause(); atMs < durationMs; atMs += pause()) {
    const next = first.shift();
    const action = next ?? pickWeighted(actions, random);
    if (action) planned.push({ atMs, action, random: random.fork(), isFirst: next !== undefined });
  }
  return planned;
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

function pickWeighted<T extends Weighted>(actions: readonly T[], random: Random): T | undefined {
  let left = random.next() * actions.reduce((sum, { weight }) => sum + weight, 0);
  return actions.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}
