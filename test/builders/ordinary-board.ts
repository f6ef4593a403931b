import { type RunningBoard, startBoard } from '../../cli/commands/board/start-board.ts';
import { MINUTE, systemClock } from '../../shared/kernel/clock.ts';
import { createMemoryStorage, type MemoryStorage } from '../doubles/memory-storage.ts';
import { createMemoryTools } from '../doubles/memory-tools.ts';
import { createSteppedClock } from '../doubles/stepped-clock.ts';
import { anAuditReport } from './audit-report.ts';
import { anAuditArchive, storeOrdinaryRuns, storeOrdinaryState } from './board.ts';

/** The board over a day of two teams in memory, on a free port of this machine until `ended`. */
export async function startOrdinaryBoard(ended: AbortSignal): Promise<{ board: RunningBoard; storage: MemoryStorage }> {
  const clock = createSteppedClock(Date.now() - 40 * MINUTE);
  const storage = createMemoryStorage({ clock });
  await storeOrdinaryRuns(storage, clock);
  await storeOrdinaryState(storage, clock);
  const board = await startBoard({
    tools: {
      ...createMemoryTools({
        storage,
        mappings: { PROJ: { repo: 'group/app' }, OPS: { repo: 'platform/status' } },
        gitlab: { findProject: async () => undefined },
        jira: { findIssue: async () => undefined },
      }),
      archive: async () => anAuditArchive(anAuditReport().summary, clock.time),
    },
    env: { JIRA_URL: 'https://example.atlassian.net' },
    clock: systemClock,
    ended,
  });
  return { board, storage };
}
