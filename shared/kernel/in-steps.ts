/** Long work in steps, between which other work may go on. */
export type Steps<T> = Generator<void, T>;

/** Does all of it now. */
export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Does it step by step; what has come in is taken between two steps, such as the answer of a service. */
export async function runInTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

/** Items in a step. */
const ITEMS = 250;

/** What is made of each item, some items in a step. */
export function* mapInSteps<T, Made>(items: readonly T[], make: (item: T) => Made): Steps<Made[]> {
  const made: Made[] = [];
  for (const item of items) {
    made.push(make(item));
    if (made.length % ITEMS === 0) yield;
  }
  return made;
}
