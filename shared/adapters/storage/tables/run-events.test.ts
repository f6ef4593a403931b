import { expect, it } from 'vitest';
import { createMemoryRows } from '../../../../test/doubles/memory-rows.ts';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { appendEvents, listEventRows, toEvent } from './run-events.ts';

/** The fields of an event as they come back. */
async function store(fields: NonNullable<RunEvent['fields']>): Promise<RunEvent['fields']> {
  const rows = createMemoryRows();
  const redact = (text: string) => text.replaceAll('hunter2', '[secret]');
  await appendEvents(rows, [{ runId: 'run-1', at: 5, name: 'agent-step', fields }], redact);
  for await (const row of listEventRows(rows, 'run-1', 0)) return toEvent('run-1', row).fields;
  throw new Error('no event');
}

it('an event has texts without secrets of at most a thousand characters, and numbers as they are', async () => {
  expect(await store({ text: 'is hunter2', long: `${'x'.repeat(1000)}y`, n: 1, ok: false })).toEqual({
    text: 'is [secret]',
    long: `${'x'.repeat(999)}…`,
    n: 1,
    ok: false,
  });
});

it('an event has twenty-five fields at most', async () => {
  const fields = Object.fromEntries(Array.from({ length: 26 }, (_, n) => [`f${n}`, n]));
  const { f25: _, ...kept } = fields;
  expect(await store(fields)).toEqual(kept);
});

it('fields that fill a table property are kept, and more are left out whole', async () => {
  const exact = (length: number) => ({ ['k'.repeat(length - JSON.stringify({ '': 1 }).length)]: 1 });
  expect(await store(exact(32_768))).toEqual(exact(32_768));
  expect(await store(exact(32_769))).toEqual({ truncated: true });
});

it('two hundred events of two runs are four writes', async () => {
  const rows = createMemoryRows();
  const sizes: number[] = [];
  const { write } = rows;
  rows.write = (partition, changes) => {
    sizes.push(changes.length);
    return write(partition, changes);
  };
  const events = (runId: string, count: number) => Array.from({ length: count }, () => ({ runId, at: 5, name: 'x' }));
  await appendEvents(rows, [...events('run-1', 200), ...events('run-2', 101)], (text) => text);
  expect(sizes).toEqual([100, 100, 100, 1]);
});
