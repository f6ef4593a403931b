import { expect, it } from 'vitest';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { SPENDING } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import { checkMonth } from './check-month.ts';

it('counts the runs of the limited team that have asked their agent, each once', async () => {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const keys = [`${SPENDING}-1`, `${SPENDING}-2`, 'PROJ-1'];
  for (const key of keys) {
    const task = aCodingTask({ id: `coding~${key}~1`, scope: `issue~${key}`, issueKey: key });
    await storage.ledger.create({ runId: `run-${key}`, dedupKey: key, task });
    for (const attempt of [1, 2])
      await storage.ledger.append({ runId: `run-${key}`, at: clock.now(), name: 'agent-started', fields: { attempt } });
  }
  const check = (highestMonthLimit: number) =>
    checkMonth({
      environment: { jira: { issueKeys: keys }, storage },
      highestMonthLimit,
    } as unknown as TortureEnvironment); // nothing else is looked at
  expect(await check(2)).toEqual([]);
  expect(await check(1)).toMatchObject([{ kind: 'defect', what: '2 runs began in a month that allowed 1' }]);
});
