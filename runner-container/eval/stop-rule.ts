/** After so many tickets in a row without an answer the rest would wait for nothing. */
const MAX_OUTAGES = 3;
const OUTAGES: ReadonlySet<string | undefined> = new Set(['model-unavailable', 'agent-silent']);

/**
 * Says of each ticket that has ended, by the code it failed with, whether its model is to get no further one: its key
 * was refused, or it has not answered for three tickets in a row.
 */
export function createStopRule(): (model: string | undefined, code: string | undefined) => boolean {
  const outages = new Map<string | undefined, number>();
  return (model, code) => {
    const inARow = OUTAGES.has(code) ? (outages.get(model) ?? 0) + 1 : 0;
    outages.set(model, inARow);
    return code === 'model-unauthorized' || inARow >= MAX_OUTAGES;
  };
}
