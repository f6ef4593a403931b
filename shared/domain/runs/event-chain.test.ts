import { expect, it } from 'vitest';
import { sha256 } from '../../kernel/sha256.ts';
import { chainEvents } from './event-chain.ts';
import type { RunEvent } from './run.ts';

const EVENTS: RunEvent[] = [
  { runId: 'run-1', at: 1, name: 'planned' },
  { runId: 'run-1', at: 2, name: 'cloned', fields: { branch: 'agent/PROJ-1' } },
  { runId: 'run-1', at: 3, name: 'done' },
];
const lastOf = (events: RunEvent[]) => chainEvents(events).at(-1)?.sha256;

it('names in each event the one before', () => {
  const [first, second, third] = chainEvents(EVENTS);

  expect(first?.previous).toBeNull();
  expect([second?.previous, third?.previous]).toEqual([first?.sha256, second?.sha256]);
});

it('hashes what an auditor can write down: the hash before, a line end, and the event as canonical JSON', () => {
  const [first, second] = chainEvents(EVENTS);
  expect(first?.sha256).toBe(sha256('\n{\n  "at": 1,\n  "name": "planned",\n  "runId": "run-1"\n}\n'));
  const event = '{\n  "at": 2,\n  "fields": {"branch":"agent/PROJ-1"},\n  "name": "cloned",\n  "runId": "run-1"\n}\n';
  expect(second?.sha256).toBe(sha256(`${first?.sha256}\n${event}`));
});

it.each([
  { name: 'a changed field', events: EVENTS.map((one, n) => (n === 1 ? { ...one, fields: { branch: 'main' } } : one)) },
  { name: 'a changed time', events: EVENTS.map((one, n) => (n === 0 ? { ...one, at: 0 } : one)) },
  { name: 'an event that is gone', events: EVENTS.toSpliced(1, 1) },
  { name: 'two events in another order', events: EVENTS.toReversed() },
])('ends differently after $name', ({ events }) => {
  expect(lastOf(events)).not.toBe(lastOf(EVENTS));
});
