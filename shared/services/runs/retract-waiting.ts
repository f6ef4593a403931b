import type { Errands } from '../../adapters/storage/tables/errands.ts';

/**
 * Takes back what tickets were told about blockers as soon as that is no longer so: the blockers are done, or the ticket left its
 * trigger. `blocked` names the issues that are blocked now, `unknown` says of which projects nothing is known this time.
 */
export async function retractWaiting(
  { blocked, unknown }: { blocked: ReadonlySet<string>; unknown: (jiraProject: string) => boolean },
  { errands }: { errands: Pick<Errands, 'listDone' | 'want'> },
): Promise<number> {
  let retracted = 0;
  for (const errand of await errands.listDone('waiting')) {
    if (errand.kind !== 'waiting' || blocked.has(errand.issueKey) || unknown(errand.jiraProject)) continue;
    if (await errands.want({ ...errand, waitsFor: [] })) retracted += 1;
  }
  return retracted;
}
