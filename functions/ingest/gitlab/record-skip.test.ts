import { expect, it } from 'vitest';

import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { recordSkip } from './record-skip.ts';

async function recorded(reason: string) {
  const { skipLog } = createMemoryStorage();
  await recordSkip({ projectId: 7, mergeRequestIid: 3 }, reason, skipLog);
  return (await skipLog.list('mr~7~3')).map((entry) => entry.reason);
}

it.each(['draft', 'paused', 'label', 'cap-reached', 'unreadable'])(
  'keeps for explain that it was %s',
  async (reason) => {
    expect(await recorded(reason)).toEqual([reason]);
  },
);

it.each(['unbound-project', 'no-new-commits', 'already-reviewed', 'system-note', 'own-note', 'marker', 'old'])(
  'keeps nothing of what is so of most events: %s',
  async (reason) => {
    expect(await recorded(reason)).toEqual([]);
  },
);
