type Work = () => Promise<number> | number;

/**
 * Measures two works in turns, so that other load of the machine is spread over both, and gives the median of each. The
 * first round warms up and is dropped.
 */
export async function takeTurns(
  rounds: number,
  floor: Work,
  ours: Work,
): Promise<{ floor: number; ours: number; ratio: number }> {
  const measured = { floor: [] as number[], ours: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    measured.floor.push(await floor());
    measured.ours.push(await ours());
  }
  const [floorValue, oursValue] = [median(measured.floor.slice(1)), median(measured.ours.slice(1))];
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
