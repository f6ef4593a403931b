import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { createPlatform } from '../../shared/app/create-platform.ts';
import { HOUR, systemClock } from '../../shared/kernel/clock.ts';
import { aFunctionsEnvironment, someFunctionsSettings } from '../../test/builders/settings.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createHandlers } from './create-handlers.ts';
import { joinTimers } from './join-timers.ts';
import { EVERY_FUNCTION, listFunctions } from './list-functions.ts';

const WITHOUT_JIRA = { JIRA_URL: '', JIRA_EMAIL: '', JIRA_API_TOKEN: '' };

describe.each([
  { name: 'with Jira', overrides: {} },
  { name: 'without Jira', overrides: WITHOUT_JIRA },
  {
    name: 'with an audit and a weekly report by schedule',
    overrides: {
      AUDIT_SCHEDULE: '0 0 5 * * *',
      AUDIT_VERSIONS: '2.4.0',
      WEEKLY_REPORT_SCHEDULE: '0 0 6 * * 1',
      WEEKLY_REPORT_ISSUE: 'PROJ-1',
    },
  },
])('$name', ({ overrides }) => {
  it('lists exactly the functions that have a handler', async () => {
    const settings = someFunctionsSettings(overrides);
    const platform = await createPlatform(settings, {
      program: 'functions',
      environment: aFunctionsEnvironment(overrides),
      clock: systemClock,
      write: () => {},
    });

    const listed = listFunctions(settings).map(({ name }) => name);

    expect(listed.toSorted()).toEqual(Object.keys(createHandlers(settings, platform)).toSorted());
    expect(listed.some((name) => name.includes('jira'))).toBe(overrides !== WITHOUT_JIRA);
  });
});

it('takes the schedules from the settings', () => {
  const settings = someFunctionsSettings({
    SWEEP_SCHEDULE: '1 * * * * *',
    POLL_GITLAB_SCHEDULE: '2 * * * * *',
    POLL_JIRA_SCHEDULE: '3 * * * * *',
  });

  expect(listFunctions(settings).filter(({ trigger }) => trigger === 'timer')).toEqual([
    { trigger: 'timer', name: 'sweep', schedule: '1 * * * * *' },
    { trigger: 'timer', name: 'poll-gitlab', schedule: '2 * * * * *' },
    { trigger: 'timer', name: 'poll-jira', schedule: '3 * * * * *' },
  ]);
});

it('wakes the platform as often in an idle month as docs/cost.md says', () => {
  const listed = listFunctions(someFunctionsSettings()).map((facts) => ({ ...facts, handler: () => ({}) }));
  const deps = { clock: systemClock, log: createMemoryLog() };
  const schedules = joinTimers(listed, deps).flatMap((entry) => (entry.trigger === 'timer' ? [entry.schedule] : []));
  const start = new Date('2026-01-01T00:00:00Z');
  const inAnHour = schedules.flatMap((schedule) =>
    new Cron(schedule, { timezone: 'UTC' }).nextRuns(3600, start).filter((run) => +run - +start <= HOUR),
  );

  // Each execution is billed for a second at least, of an instance of 512 MB.
  const executions = inAnHour.length * 24 * 30;
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/cost.md'), 'utf8');
  const [, idle] = (page.split('\n').find((line) => line.startsWith('| Functions: executions')) ?? '').split(' | ');
  expect(idle).toContain(`(${Number((executions / 1e6).toPrecision(2))} million executions)`);
  expect(page).toContain(`(${(executions * 0.5).toLocaleString('en-US')} GB-seconds)`);
});

it('lists every function for settings that cannot be used', () => {
  const all = listFunctions(someFunctionsSettings()).map(({ name }) => name);
  expect(listFunctions(EVERY_FUNCTION).map(({ name }) => name)).toEqual(all);
});
