import { expect, it } from 'vitest';

import { aRun } from '../../../../test/builders/runs.ts';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import type { Run, RunEvent } from '../run.ts';
import { findBrokenEvent, fromRunDocument, RunDocument, runToJson, toRunDocument } from './run-document.ts';

const AT = Date.parse('2026-11-25T12:00:00.000Z');
const EVENTS: RunEvent[] = [
  { runId: 'run-1', at: AT, name: 'planned' },
  { runId: 'run-1', at: AT + 1500, name: 'parked', fields: { reason: 'budget', attempt: 2 } },
];
const BARE = aRun({ state: 'planned', attempt: 0, createdAt: AT, updatedAt: AT });
const usage = { modelCalls: 3, inputTokens: 100, outputTokens: 20 };
const WHOLE: Run = {
  runId: 'run-1',
  task: aCodingTask(),
  state: 'parked',
  attempt: 2,
  interruptions: 0,
  runner: 'runner-a/1',
  createdAt: AT,
  updatedAt: AT + 1500,
  parkedUntil: AT + 60_000,
  parkedReason: 'budget',
  code: 'jira-unavailable',
  detail: 'no answer',
  facts: { model: 'm', mapGeneration: 4, baseSha: 'abc', promptHash: 'd', usage },
  result: { what: 'merge-request', branch: 'agent/PROJ-12', mergeRequestIid: 3 },
  notified: false,
};

it('says all that is known of a run, with times as text', () => {
  expect(runToJson(WHOLE)).toEqual({
    ...WHOLE,
    createdAt: '2026-11-25T12:00:00.000Z',
    updatedAt: '2026-11-25T12:00:01.500Z',
    parkedUntil: '2026-11-25T12:01:00.000Z',
  });
});

it('says nothing of what is not known', () => {
  expect(runToJson(BARE)).toStrictEqual({
    runId: 'run-1',
    state: 'planned',
    attempt: 0,
    task: BARE.task,
    createdAt: '2026-11-25T12:00:00.000Z',
    updatedAt: '2026-11-25T12:00:00.000Z',
    notified: false,
  });
  expect(toRunDocument(BARE, EVENTS).events.map((event) => Object.keys(event))).toEqual([
    ['at', 'name', 'previous', 'sha256'],
    ['at', 'name', 'fields', 'previous', 'sha256'],
  ]);
});

it.each([
  { name: 'of which all is known', run: WHOLE },
  { name: 'of which little is known', run: BARE },
])('reads back a run $name from a line of JSON', ({ run }) => {
  const document = RunDocument.parse(JSON.parse(JSON.stringify(toRunDocument(run, EVENTS))));
  expect(fromRunDocument(document)).toStrictEqual(run);
  expect(findBrokenEvent(document)).toBeUndefined();
});

type Events = RunDocument['events'];

const changed = (index: number, change: Partial<Events[number]>) => (events: Events) =>
  events.map((event, at) => (at === index ? { ...event, ...change } : event));

it.each<{ name: string; change: (events: Events) => Events; broken: string }>([
  { name: 'a changed field', change: changed(1, { fields: { reason: 'budget', attempt: 1 } }), broken: 'parked' },
  { name: 'a changed time', change: changed(0, { at: '2026-11-25T12:00:00.001Z' }), broken: 'planned' },
  { name: 'a changed hash', change: changed(1, { sha256: '0' }), broken: 'parked' },
  { name: 'another event before', change: changed(1, { previous: '0' }), broken: 'parked' },
  { name: 'a first event that is gone', change: (events) => events.slice(1), broken: 'parked' },
])('names the event that $name breaks', ({ change, broken }) => {
  const document = toRunDocument(BARE, EVENTS);
  expect(findBrokenEvent({ ...document, events: change(document.events) })).toBe(broken);
});
