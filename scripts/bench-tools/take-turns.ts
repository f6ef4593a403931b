type Work = () => Promise<number> | number;

/**
 * Measures two works in turns, so that other load of the machine is spread over both, and gives the median of each. The
 * first round warms up and is dropped.
 */
export async function takeTurns(rounds: number, floor: Work, ours: Work): Promise<Compared> {
  return compareRounds(await takeTurnsOf(rounds, floor, ours), (value) => value);
}

/** What was measured of both works in each round. */
export interface Rounds<T> {
  floor: T[];
  ours: T[];
}

export interface Compared {
  floor: number;
  ours: number;
  ratio: number;
}

/** As `takeTurns`, for works of which several numbers are measured at once. */
export async function takeTurnsOf<T>(
  rounds: number,
  floor: () => Promise<T> | T,
  ours: () => Promise<T> | T,
): Promise<Rounds<T>> {
  const measured: Rounds<T> = { floor: [], ours: [] };
  for (let round = 0; round <= rounds; round += 1) {
    measured.floor.push(await floor());
    measured.ours.push(await ours());
  }
  return { floor: measured.floor.slice(1), ours: measured.ours.slice(1) };
}

/** The medians of one of the numbers. */
export function compareRounds<T>({ floor, ours }: Rounds<T>, pick: (measured: T) => number): Compared {
  const [floorValue, oursValue] = [median(floor.map(pick)), median(ours.map(pick))];
  return { floor: floorValue, ours: oursValue, ratio: oursValue / floorValue };
}

/** How long a work takes, in milliseconds. */
export async function timeMs(work: () => Promise<unknown> | unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
