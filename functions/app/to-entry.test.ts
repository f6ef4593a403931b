import { HttpRequest, InvocationContext, type Timer } from '@azure/functions';
import { expect, it } from 'vitest';

import { currentLogFields } from '../../shared/adapters/telemetry/log-context.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { HealthReport, HealthSummary } from '../health/health-report.ts';
import type { HttpEntry, TimerEntry } from './function-table.ts';
import type { FunctionFacts, Handlers } from './list-functions.ts';
import { SettingsError } from './settings-error.ts';
import { toEntry } from './to-entry.ts';

const HEALTH: FunctionFacts = { trigger: 'http', name: 'health', route: 'health', methods: ['GET'] };
const WEBHOOK: FunctionFacts = { trigger: 'http', name: 'jira-webhook', route: 'webhooks/jira', methods: ['POST'] };
const SWEEP: FunctionFacts = { trigger: 'timer', name: 'sweep', schedule: '0 * * * * *' };
const TICK: Timer = {
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

const SECRET = 'admin-secret-of-a-test';
const DEPS = { adminSecret: new Secret(SECRET), redact: (text: string) => text.replace('a2V5', '***') };

const ask = async (handlers: () => Promise<Handlers>, { facts = HEALTH, method = 'GET', headers = {} } = {}) => {
  const entry = toEntry(facts, { ...DEPS, handlers }) as HttpEntry; // the kind of entry is the kind of the facts
  return entry.handler(new HttpRequest({ url: 'http://localhost/', method, headers }), new InvocationContext());
};
const tick = async (handlers: () => Promise<Handlers>) => {
  const entry = toEntry(SWEEP, { ...DEPS, handlers }) as TimerEntry; // the kind of entry is the kind of the facts
  return entry.handler(TICK, new InvocationContext());
};
const failing = (error: Error) => async () => {
  throw error;
};

it('keeps what the host has to know', () => {
  expect(toEntry(HEALTH, { ...DEPS, handlers: async () => ({}) })).toMatchObject(HEALTH);
});

it('waits for the app and hands the invocation to its handler', async () => {
  const ready = Promise.withResolvers<Handlers>();
  const answer = ask(() => ready.promise);
  ready.resolve({ health: () => ({ status: 204 }) });

  expect(await answer).toEqual({ status: 204 });
});

const BAD_SETTINGS = new SettingsError([
  { name: 'GITLAB_URL', kind: 'missing', message: 'GITLAB_URL is missing.', description: '', fix: 'Set it.' },
]);
const FAILURES = [
  {
    name: 'what is away',
    error: new TaskError('storage-unavailable'),
    code: 'storage-unavailable',
    reason: expect.stringContaining('Check AzureWebJobsStorage'),
  },
  {
    name: 'nothing of an unknown failure',
    error: new Error('AccountKey=a2V5'),
    code: 'not-started',
    reason: 'AccountKey=***',
  },
  {
    name: 'no setting',
    error: BAD_SETTINGS,
    code: 'settings-refused',
    reason: 'The settings cannot be used. GITLAB_URL is missing. Set it.',
  },
];
const WITH_SECRET = { 'x-cmap-admin-secret': SECRET };

it.each(FAILURES)(
  'answers a webhook 503 while the app cannot start, and names $name',
  async ({ error, code, reason }) => {
    const answer = { status: 503, headers: { 'retry-after': '5' } };
    for (const headers of [{}, { 'x-cmap-admin-secret': 'guess' }]) {
      expect(await ask(failing(error), { facts: WEBHOOK, headers })).toEqual({ ...answer, jsonBody: { error: code } });
    }
    const detailed = { ...answer, jsonBody: { error: code, reason } };
    expect(await ask(failing(error), { facts: WEBHOOK, headers: WITH_SECRET })).toEqual(detailed);
  },
);

it.each(FAILURES)('answers health in its usual shape while the app cannot start, and names $name', async (failure) => {
  const plain = await ask(failing(failure.error));
  expect(plain).toMatchObject({ status: 503, jsonBody: { status: 'down', reasons: [failure.code] } });
  const detailed = await ask(failing(failure.error), { headers: WITH_SECRET });
  expect(detailed).toMatchObject({ status: 503, jsonBody: { status: 'down', reasons: [failure.reason] } });
  expect(HealthSummary.safeParse(plain && 'jsonBody' in plain && plain.jsonBody).error).toBeUndefined();
  expect(HealthReport.safeParse(detailed && 'jsonBody' in detailed && detailed.jsonBody).error).toBeUndefined();
  expect(await ask(failing(failure.error), { method: 'HEAD' })).not.toHaveProperty('jsonBody');
});

it('lets every log line of an invocation carry its id and the name of its function', async () => {
  const context = new InvocationContext({ invocationId: 'invocation-1' });
  const handlers = async () => ({
    health: async () => ({ jsonBody: currentLogFields() }),
    sweep: async () => expect(currentLogFields()).toEqual({ invocationId: 'invocation-1', function: 'sweep' }),
  });
  const http = toEntry(HEALTH, { ...DEPS, handlers }) as HttpEntry; // the kind of entry is the kind of the facts
  const timer = toEntry(SWEEP, { ...DEPS, handlers }) as TimerEntry; // the kind of entry is the kind of the facts
  const fields = { invocationId: 'invocation-1', function: 'health' };
  const request = new HttpRequest({ url: 'http://localhost/', method: 'GET' });
  expect(await http.handler(request, context)).toEqual({ jsonBody: fields });
  await timer.handler(TICK, context);
  expect(currentLogFields()).toEqual({});
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
