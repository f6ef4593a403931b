import type { Outbox } from '../../domain/ports/outbox.ts';

/**
 * Takes back what was said about blockers on tickets as soon as that is no longer so: the blockers are done, or the
 * ticket left its trigger. `blocked` names the issues that are blocked now, `unknown` says of which projects nothing is
 * known this time.
 */
export async function retractWaiting(
  { blocked, unknown }: { blocked: ReadonlySet<string>; unknown: (jiraProject: string) => boolean },
  { outbox }: { outbox: Pick<Outbox, 'listDone' | 'enqueue'> },
): Promise<number> {
  let retracted = 0;
  for (const entry of await outbox.listDone('waiting')) {
    if (entry.kind !== 'waiting' || blocked.has(entry.issueKey) || unknown(entry.jiraProject)) continue;
    if (await outbox.enqueue({ ...entry, waitsFor: [] })) retracted += 1;
  }
  return retracted;
}
