import { expect, it } from 'vitest';

import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { WaitingEntry } from '../../domain/runs/outbox-entry.ts';
import { retractWaiting } from './retract-waiting.ts';

const waiting = (issueKey: string, ...waitsFor: string[]): WaitingEntry => ({
  kind: 'waiting',
  issueKey,
  jiraProject: issueKey.split('-')[0] ?? '',
  waitsFor,
});

it('takes back what tickets say that are not blocked any more, of projects that were seen, and counts them', async () => {
  const { outbox } = createMemoryStorage({ clock: createManualClock() });
  const keys = ['PROJ-1', 'PROJ-2', 'PROJ-3', 'OPS-1'];
  for (const key of keys) await outbox.enqueue(waiting(key, 'PROJ-9'));
  for (const open of await outbox.listOpen()) await outbox.complete(open);
  // This one says already that it waits no more.
  await outbox.enqueue(waiting('PROJ-4'));
  for (const open of await outbox.listOpen()) await outbox.complete(open);

  const seen = { blocked: new Set(['PROJ-2']), unknown: (project: string) => project === 'OPS' };
  expect(await retractWaiting(seen, { outbox })).toBe(2);
  expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([waiting('PROJ-1'), waiting('PROJ-3')]);
  expect(await retractWaiting(seen, { outbox })).toBe(0);
});
