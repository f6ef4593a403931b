import { expect, it } from 'vitest';

import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { TaskError } from '../../kernel/errors.ts';
import { guardReading } from './guard-reading.ts';

it('hands on what was read', async () => {
  const log = createMemoryLog();
  expect(await guardReading('run-1', log, async () => undefined)).toBeUndefined();
  expect(await guardReading('run-1', log, async () => 7)).toBe(7);
  expect(log.lines).toEqual([]);
});

it.each([
  { name: 'a row of a later version', error: new TaskError('unexpected') },
  { name: 'a bug', error: new SyntaxError('storage-unavailable') },
])('says which run cannot be read after $name', async ({ error }) => {
  const log = createMemoryLog();
  expect(await guardReading('run-1', log, () => Promise.reject(error))).toBe('unreadable');
  expect(log.lines).toEqual([{ level: 'error', event: 'run row unreadable', fields: { runId: 'run-1', error } }]);
});

it.each(['storage-unavailable', 'storage-refused'] as const)('stops where storage answers %s', async (code) => {
  const log = createMemoryLog();
  const error = new TaskError(code);
  await expect(guardReading('run-1', log, () => Promise.reject(error))).rejects.toBe(error);
  expect(log.lines).toEqual([]);
});
