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

it('takes back that a ticket has no repository where it has one by now, and not what a comment was answered', async () => {
  const { outbox } = createMemoryStorage({ clock: createManualClock() });
  const unrouted = (issueKey: string, by: 'change' | 'comment') => ({
    kind: 'unrouted' as const,
    issueKey,
    jiraProject: 'PROJ',
    by,
    problem: 'no-route' as const,
    routes: ['x'],
  });
  for (const [key, by] of [
    ['PROJ-1', 'change'],
    ['PROJ-2', 'change'],
    ['PROJ-3', 'comment'],
  ] as const)
    await outbox.enqueue(unrouted(key, by));
  for (const open of await outbox.listOpen()) await outbox.complete(open);

  const seen = { blocked: new Set<string>(), unrouted: new Set(['PROJ-2']), unknown: () => false };
  expect(await retractWaiting(seen, { outbox })).toBe(1);
  expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([
    { kind: 'unrouted', issueKey: 'PROJ-1', jiraProject: 'PROJ', by: 'change', routes: [] },
  ]);
});
