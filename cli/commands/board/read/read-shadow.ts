import { type KeptShadow, parseKeptShadow } from '../../../../shared/domain/runs/kept-shadow.ts';
import { listRatings, type Rating } from '../../../../shared/domain/runs/rating-event.ts';
import type { Run } from '../../../../shared/domain/runs/run.ts';
import { pickNewest, runFolder } from '../../../../shared/domain/runs/run-files.ts';
import { isShadowResult } from '../../../../shared/domain/runs/shadow-result.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { guardReading } from '../../../../shared/services/runs/guard-reading.ts';
import type { Board } from './board.ts';

/** What a run in shadow has made, as the board shows it. */
export interface ShadowDetails {
  /** Absent where it is kept no longer, or never was. */
  kept?: KeptShadow;
  patch?: string;
  ratings: Rating[];
}

/** `undefined` for a run that was not in shadow; costs three reads and a list for one that was. */
export async function readShadow(run: Run, board: Board): Promise<ShadowDetails | undefined> {
  if (!isShadowResult(run.result)) return undefined;
  const { artefacts, ledger } = await board.storage();
  const path = pickNewest(await artefacts.list(runFolder(run.runId)), 'shadow.json');
  const text = path === undefined ? undefined : await artefacts.find(path);
  const kept = text === undefined ? undefined : parseKeptShadow(text);
  const events = await guardReading(run.runId, silentLog, () => ledger.listEvents(run.runId, 0, () => {}));
  const patch = kept?.patch && kept.patch.path !== '' ? await artefacts.find(kept.patch.path) : undefined;
  return {
    ...(kept ? { kept } : {}),
    ...(patch === undefined ? {} : { patch }),
    ratings: events === 'unreadable' ? [] : listRatings(events),
  };
}
