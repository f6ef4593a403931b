import { expect, it } from 'vitest';

import { findStoredPlan } from '../../../shared/domain/runs/plan-event.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createRunContext } from './run-context.ts';

it('keeps a plan with the run, as it is, and in no log', async () => {
  const clock = createManualClock();
  const { ledger } = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const run = aRun();
  await ledger.create({ runId: run.runId, dedupKey: 'd', task: run.task });
  const plan = { text: `Greets by name.\n\n${'A long step. '.repeat(200)}`, digest: 'd1' };
  await createRunContext(run, { ledger, clock, log }).keepPlan(plan);
  expect(findStoredPlan(await ledger.listEvents(run.runId))).toEqual(plan);
  expect(JSON.stringify(log.lines)).not.toContain('Greets');
});
