import type { Conflict, DeliveryRequest } from './deliver-commit.ts';

/** Has a conflict repaired by `repair`, once in a run; what is refused afterwards stays refused. */
export function repairOnce(repair: (conflict: Conflict) => Promise<unknown>): DeliveryRequest['repair'] {
  let isTried = false;
  return async (refusal, conflict) => {
    if (isTried) throw refusal;
    isTried = true;
    await repair(conflict);
  };
}
