import { type RunningBoard, startBoard } from '../../cli/commands/board/start-board.ts';
import { MINUTE, systemClock } from '../../shared/kernel/clock.ts';
import { nextUtcDay, utcDay } from '../../shared/kernel/utc-day.ts';
import { createMemoryStorage, type MemoryStorage } from '../doubles/memory-storage.ts';
import { createMemoryTools } from '../doubles/memory-tools.ts';
import { createSteppedClock } from '../doubles/stepped-clock.ts';
import { anAuditReport } from './audit-report.ts';
import { anAuditArchive, storeOrdinaryRuns, storeOrdinaryState } from './board.ts';

/** The board over a day of two teams in memory, on a free port of this machine until `ended`. */
export async function startOrdinaryBoard(ended: AbortSignal): Promise<{ board: RunningBoard; storage: MemoryStorage }> {
  const clock = createSteppedClock(planBegin(Date.now()));
  const storage = createMemoryStorage({ clock });
  await storeOrdinaryRuns(storage, clock);
  await storeOrdinaryState(storage, clock);
  await storeBudgets(storage);
  const board = await startBoard({
    tools: {
      ...createMemoryTools({
        storage,
        mappings: {
          PROJ: { repo: 'group/app', budget: { runs_per_day: PROJ.runsPerDay, tokens_per_day: PROJ.tokensPerDay } },
          OPS: { repo: 'platform/status', budget: { runs_per_day: OPS.runsPerDay } },
        },
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

/** Forty minutes ago, or earlier, so that midnight parts none of what began from what it is shown with. */
function planBegin(now: number): number {
  const begin = now - 40 * MINUTE;
  const midnight = nextUtcDay(begin);
  return midnight < begin + STORED_MS ? midnight - STORED_MS : begin;
}

/** Longer than the stored runs take one after the other. */
const STORED_MS = 30 * MINUTE;

const PROJ = { runsPerDay: 20, tokensPerDay: 5_000_000, maxTokens: 1_500_000 };
const OPS = { runsPerDay: 1, maxTokens: 1_500_000 };

/** One binding has room left today, and one has none. */
async function storeBudgets({ budgets }: MemoryStorage): Promise<void> {
  const day = utcDay(Date.now());
  for (const [runId, usedTokens] of [
    ['run-1', 640_000],
    ['run-2', 1_200_000],
    ['run-3', undefined],
  ] as const) {
    const entry = { bindingKey: 'PROJ', day, runId };
    await budgets.start(entry, PROJ);
    if (usedTokens !== undefined) await budgets.end(entry, usedTokens);
  }
  await budgets.start({ bindingKey: 'OPS', day, runId: 'run-4' }, OPS);
}
