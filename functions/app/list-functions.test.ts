import { describe, expect, it } from 'vitest';
import { createPlatform } from '../../shared/app/create-platform.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { aFunctionsEnvironment, someFunctionsSettings } from '../../test/builders/settings.ts';
import { createHandlers } from './create-handlers.ts';
import { EVERY_FUNCTION, listFunctions } from './list-functions.ts';

const WITHOUT_JIRA = { JIRA_URL: '', JIRA_EMAIL: '', JIRA_API_TOKEN: '' };

describe.each([
  { name: 'with Jira', overrides: {} },
  { name: 'without Jira', overrides: WITHOUT_JIRA },
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

it('lists every function for settings that cannot be used', () => {
  const all = listFunctions(someFunctionsSettings()).map(({ name }) => name);
  expect(listFunctions(EVERY_FUNCTION).map(({ name }) => name)).toEqual(all);
});
