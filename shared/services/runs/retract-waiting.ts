import type { Outbox } from '../../domain/ports/outbox.ts';
import type { OutboxEntry } from '../../domain/runs/outbox-entry.ts';

export interface WaitingNow {
  /** Issues that are blocked now. */
  blocked: ReadonlySet<string>;
  /** Issues that stand in their trigger and have no repository now; absent where no project has routes. */
  unrouted?: ReadonlySet<string>;
  /** Of which projects nothing is known this time. */
  unknown: (jiraProject: string) => boolean;
}

/**
 * Takes back what was said on tickets about why they wait as soon as that is no longer so: the blockers are done, the
 * ticket fits one route, or it left its trigger.
 */
export async function retractWaiting(
  { blocked, unrouted, unknown }: WaitingNow,
  { outbox }: { outbox: Pick<Outbox, 'listDone' | 'enqueue'> },
): Promise<number> {
  let retracted = 0;
  const entries = [...(await outbox.listDone('waiting')), ...(unrouted ? await outbox.listDone('unrouted') : [])];
  for (const entry of entries) {
    const end = findEnd(entry, { blocked, unrouted: unrouted ?? new Set() });
    if (!end || unknown(end.jiraProject)) continue;
    if (await outbox.enqueue(end)) retracted += 1;
  }
  return retracted;
}

/** `undefined` while it still waits, and for what ends otherwise. */
function findEnd(entry: OutboxEntry, { blocked, unrouted }: Required<Omit<WaitingNow, 'unknown'>>) {
  if (entry.kind === 'waiting') return blocked.has(entry.issueKey) ? undefined : { ...entry, waitsFor: [] };
  if (entry.kind !== 'unrouted' || entry.by === 'comment' || unrouted.has(entry.issueKey)) return undefined;
  const { problem: _problem, ...left } = entry;
  return { ...left, routes: [] };
}
