import { LRUCache } from 'lru-cache';
import { type Clock, HOUR } from '../../../shared/kernel/clock.ts';
import type { Admission } from '../../../shared/services/runs/admit-task.ts';
import type { Admit } from '../../ingest/create-admit.ts';

const REMEMBERED_MS = HOUR;
const MAX_REMEMBERED = 5000;

/**
 * `admit` for what each poll sees again: a task that has its run is a duplicate without a look into storage, for an
 * hour. A reload of the map has it looked for anew, because a task may start again then. What else became of the run is
 * the business of the sweep.
 */
export function rememberAdmissions(admit: Admit, clock: Pick<Clock, 'now'>): Admit {
  const known = new LRUCache<string, Admission & { until: number }>({ max: MAX_REMEMBERED });
  return async (task, options = {}) => {
    const key = JSON.stringify([task.id, options.reloadedAt]);
    const before = known.get(key);
    if (before && clock.now() < before.until) return { kind: 'duplicate', runId: before.runId };
    const admission = await admit(task, options);
    known.set(key, { ...admission, until: clock.now() + REMEMBERED_MS });
    return admission;
  };
}
