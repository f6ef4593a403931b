import { HttpRequest, InvocationContext, type Timer } from '@azure/functions';
import { expect, it } from 'vitest';

import { TaskError } from '../../shared/kernel/errors.ts';
import type { HttpEntry, TimerEntry } from './function-table.ts';
import type { FunctionFacts, Handlers } from './list-functions.ts';
import { toEntry } from './to-entry.ts';

const HEALTH: FunctionFacts = { trigger: 'http', name: 'health', route: 'health', methods: ['GET'] };
const SWEEP: FunctionFacts = { trigger: 'timer', name: 'sweep', schedule: '0 * * * * *' };
const TICK: Timer = {
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

const ask = async (handlers: () => Promise<Handlers>) => {
  const entry = toEntry(HEALTH, { handlers }) as HttpEntry; // the kind of entry is the kind of the facts
  return entry.handler(new HttpRequest({ url: 'http://localhost/', method: 'GET' }), new InvocationContext());
};
const tick = async (handlers: () => Promise<Handlers>) => {
  const entry = toEntry(SWEEP, { handlers }) as TimerEntry; // the kind of entry is the kind of the facts
  return entry.handler(TICK, new InvocationContext());
};
const failing = (error: Error) => async () => {
  throw error;
};

it('keeps what the host has to know', () => {
  expect(toEntry(HEALTH, { handlers: async () => ({}) })).toMatchObject(HEALTH);
});

it('waits for the app and hands the invocation to its handler', async () => {
  const ready = Promise.withResolvers<Handlers>();
  const answer = ask(() => ready.promise);
  ready.resolve({ health: () => ({ status: 204 }) });

  expect(await answer).toEqual({ status: 204 });
});

it.each([
  { name: 'what is away', error: new TaskError('storage-unavailable'), code: 'storage-unavailable' },
  { name: 'nothing of an unknown failure', error: new Error('AccountKey=a2V5'), code: 'not-started' },
])('answers a request 503 while the app cannot start, and names $name', async ({ error, code }) => {
  expect(await ask(failing(error))).toEqual({
    status: 503,
    headers: { 'retry-after': '5' },
    jsonBody: { error: code },
  });
});

it('fails a timer with what to check while the app cannot start', async () => {
  await expect(tick(failing(new TaskError('storage-unavailable')))).rejects.toThrow(
    'The app could not start. The storage account did not answer. Check AzureWebJobsStorage',
  );
});

it('lets the error of a handler pass', async () => {
  await expect(tick(async () => ({ sweep: failing(new Error('broken')) }))).rejects.toThrow(/^broken$/);
});

it('says which function has no handler', async () => {
  await expect(tick(async () => ({}))).rejects.toThrow('sweep');
});
