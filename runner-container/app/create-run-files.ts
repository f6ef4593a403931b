import type { Artefacts } from '../../shared/domain/ports/artefacts.ts';
import { pickNewest, runFilePath, runFolder } from '../../shared/domain/runs/run-files.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { RunFiles } from '../perform/run/run-files.ts';

/** Files of runs among the artefacts, which mask what they store. */
export function createRunFiles(artefacts: Artefacts, clock: Pick<Clock, 'now'>): RunFiles {
  return {
    async keep({ runId, attempt }, kind, text) {
      const path = runFilePath(runId, attempt, clock.now(), kind);
      await artefacts.create(path, text);
      return path;
    },
    async findNewest({ runId }, kind) {
      const path = pickNewest(await artefacts.list(runFolder(runId)), kind);
      return path === undefined ? undefined : artefacts.find(path);
    },
    find: (path) => artefacts.find(path),
  };
}
