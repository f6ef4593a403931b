import { LRUCache } from 'lru-cache';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import { outboxSubject } from '../../../shared/domain/runs/outbox-entry.ts';
import { type Clock, MINUTE } from '../../../shared/kernel/clock.ts';

/** Another instance may have said something else on the ticket meanwhile; so much later it is put right. */
const REMEMBERED_MS = 10 * MINUTE;
const MAX_REMEMBERED = 5000;

/**
 * An outbox for what each poll wants again, as what a blocked ticket waits for: the last entry about a subject is not
 * looked for again for ten minutes.
 */
export function rememberEnqueued(outbox: Pick<Outbox, 'enqueue'>, clock: Pick<Clock, 'now'>): Pick<Outbox, 'enqueue'> {
  const last = new LRUCache<string, { entry: string; until: number }>({ max: MAX_REMEMBERED });
  return {
    async enqueue(entry) {
      const subject = `${entry.kind} ${outboxSubject(entry)}`;
      const wanted = JSON.stringify(entry);
      const before = last.get(subject);
      if (before?.entry === wanted && clock.now() < before.until) return false;
      const isNew = await outbox.enqueue(entry);
      last.set(subject, { entry: wanted, until: clock.now() + REMEMBERED_MS });
      return isNew;
    },
  };
}
