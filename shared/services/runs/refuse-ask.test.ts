import { expect, it } from 'vitest';

import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { refuseAsk } from './refuse-ask.ts';

const refusal = { issueKey: 'PROJ-1', reason: 'asker-not-named' } as const;

it.each([
  { asker: { accountId: 'a-1', displayName: 'Ada' }, detail: 'comment 7 by Ada' },
  { asker: { accountId: 'a-1', displayName: '' }, detail: 'comment 7 by a-1' },
  { asker: { accountId: 'a-1' }, detail: 'comment 7 by a-1' },
  { asker: undefined, detail: 'comment 7' },
])('keeps who asked and with what: $detail', async ({ asker, detail }) => {
  const { skipLog, outbox } = createMemoryStorage({ clock: createManualClock() });
  await refuseAsk({ ...refusal, item: 'comment 7', asker }, { skipLog, outbox });
  expect(await skipLog.list('issue~PROJ-1')).toMatchObject([{ reason: 'asker-not-named', detail }]);
});

it('keeps each refused request for itself, and has the ticket say it once', async () => {
  const { skipLog, outbox } = createMemoryStorage({ clock: createManualClock() });
  for (const item of ['comment 7', 'comment 8', 'change 9', 'comment 7'])
    await refuseAsk({ ...refusal, item }, { skipLog, outbox });
  const details = (await skipLog.list('issue~PROJ-1')).map(({ detail }) => detail);
  expect(details.toSorted()).toEqual(['change 9', 'comment 7', 'comment 8']);
  expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([{ kind: 'refused', ...refusal }]);
});
