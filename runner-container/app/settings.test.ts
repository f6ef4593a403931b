import { describe, expect, it } from 'vitest';

import { aRunnerEnvironment, someRunnerSettings } from '../../test/builders/settings.ts';
import { parseRunnerSettings, runnerSchema, runnerSettingsTable } from './settings.ts';

function problemsOf(overrides: Record<string, string | undefined>) {
  const result = parseRunnerSettings(aRunnerEnvironment(overrides));
  return result.ok ? [] : result.problems.map(({ name, kind }) => `${name} ${kind}`);
}

const provider = { COPILOT_PROVIDER_BASE_URL: 'https://models.example.com/v1', COPILOT_MODEL: 'gpt-x' };

describe('parseRunnerSettings', () => {
  it('has defaults for everything about the runner itself', () => {
    expect(someRunnerSettings()).toMatchObject({
      model: { kind: 'github' },
      runner: {
        graceMs: 20_000,
        agentUser: 'agent',
        requireIsolation: false,
        leaseMs: 180_000,
        maxAttempts: 5,
        wallClockMs: 3_600_000,
      },
      transcripts: true,
      author: { name: 'cmap', email: 'cmap@noreply.invalid' },
      telemetry: { serviceName: 'cmap-runner' },
    });
  });

  it('prefers an endpoint of your own over GitHub, with or without a key', () => {
    expect(
      someRunnerSettings({
        ...provider,
        COPILOT_PROVIDER_TYPE: 'Azure',
        COPILOT_PROVIDER_API_KEY: 'key-of-a-test',
        COPILOT_PROVIDER_API_VERSION: '2024-10-21',
      }).model,
    ).toMatchObject({
      kind: 'provider',
      type: 'azure',
      apiVersion: '2024-10-21',
      baseUrl: 'https://models.example.com/v1',
      model: 'gpt-x',
    });
    expect(someRunnerSettings({ ...provider, GITHUB_TOKEN: undefined }).model).toEqual({
      kind: 'provider',
      type: 'openai',
      baseUrl: 'https://models.example.com/v1',
      model: 'gpt-x',
    });
  });

  it('knows what models cost, where it is told', () => {
    const prices = { MODEL_PRICES: 'gpt-5=1.25/10, anthropic/claude-sonnet-4.5=3/15,local=0/0' };
    expect(someRunnerSettings({ ...prices, PRICE_CURRENCY: 'EUR' }).prices).toEqual({
      currency: 'EUR',
      models: new Map([
        ['gpt-5', { input: 1.25, output: 10 }],
        ['anthropic/claude-sonnet-4.5', { input: 3, output: 15 }],
        ['local', { input: 0, output: 0 }],
      ]),
    });
    expect(someRunnerSettings(prices).prices).toMatchObject({ currency: 'USD' });
    expect(someRunnerSettings({})).not.toHaveProperty('prices');
  });

  it('knows what the deployment may use in a month, where it is told', () => {
    const given = { RUNS_PER_MONTH: '100', TOKENS_PER_MONTH: '5000000', COST_PER_MONTH: '99.50' };
    expect(someRunnerSettings(given).month).toEqual({
      runsPerMonth: 100,
      tokensPerMonth: 5_000_000,
      costPerMonth: 99.5,
    });
    expect(someRunnerSettings({ COST_PER_MONTH: '0.5' }).month).toEqual({ costPerMonth: 0.5 });
    expect(someRunnerSettings({})).not.toHaveProperty('month');
    for (const text of ['0', '-1', '1e3', '1,5', '9999999999']) {
      expect(problemsOf({ COST_PER_MONTH: text })).toEqual(['COST_PER_MONTH invalid']);
    }
  });

  it.each(['gpt-5', 'gpt-5=1.25', 'gpt-5=1.25/10,', 'gpt-5=-1/10', 'gpt-5=1,25/10', 'gpt-5=1/2, gpt-5=1/3', '=1/2'])(
    'takes no price list that is none: %s',
    (text) => {
      expect(problemsOf({ MODEL_PRICES: text })).toEqual(['MODEL_PRICES invalid']);
    },
  );

  it.each([
    { name: 'neither GitHub nor an endpoint', env: { GITHUB_TOKEN: undefined }, problems: ['GITHUB_TOKEN missing'] },
    {
      name: 'an endpoint without a model',
      env: { COPILOT_PROVIDER_BASE_URL: 'https://m.example.com' },
      problems: ['COPILOT_MODEL missing'],
    },
    {
      name: 'a key without an endpoint',
      env: { COPILOT_PROVIDER_API_KEY: 'key-of-a-test' },
      problems: ['COPILOT_MODEL missing', 'COPILOT_PROVIDER_BASE_URL missing'],
    },
    { name: 'a model for GitHub', env: { COPILOT_MODEL: 'gpt-x' }, problems: [] },
    {
      name: 'a plain endpoint elsewhere',
      env: { ...provider, COPILOT_PROVIDER_BASE_URL: 'http://models.example.com' },
      problems: ['COPILOT_PROVIDER_BASE_URL invalid'],
    },
    {
      name: 'an endpoint on this machine',
      env: { ...provider, COPILOT_PROVIDER_BASE_URL: 'http://localhost:11434/v1' },
      problems: [],
    },
    {
      name: 'an unknown provider',
      env: { ...provider, COPILOT_PROVIDER_TYPE: 'acme' },
      problems: ['COPILOT_PROVIDER_TYPE invalid'],
    },
    {
      name: 'numbers that are none',
      env: { RUNNER_GRACE_SECONDS: '1e3', RUNNER_LEASE_SECONDS: '-5', RUNNER_MAX_ATTEMPTS: '0' },
      problems: ['RUNNER_GRACE_SECONDS invalid', 'RUNNER_LEASE_SECONDS invalid', 'RUNNER_MAX_ATTEMPTS invalid'],
    },
    {
      name: 'a relative workspace',
      env: { RUNNER_WORKSPACE_ROOT: 'work' },
      problems: ['RUNNER_WORKSPACE_ROOT invalid'],
    },
    {
      name: 'an agent user that is an option',
      env: { RUNNER_AGENT_USER: '--reset-env' },
      problems: ['RUNNER_AGENT_USER invalid'],
    },
    {
      name: 'an image that the functions send to no queue of its own',
      env: { RUNNER_IMAGE: 'python', RUNNER_IMAGES: 'java' },
      problems: ['RUNNER_IMAGE missing'],
    },
    { name: 'an image among others', env: { RUNNER_IMAGE: 'python', RUNNER_IMAGES: 'java, python' }, problems: [] },
    { name: 'an image without any list', env: { RUNNER_IMAGE: 'python' }, problems: ['RUNNER_IMAGE missing'] },
    {
      name: 'images with names of queues and jobs that are taken',
      env: { RUNNER_IMAGE: 'poison', RUNNER_IMAGES: 'poison,runner' },
      problems: ['RUNNER_IMAGE invalid', 'RUNNER_IMAGES invalid'],
    },
    { name: 'neither on nor off', env: { TRANSCRIPTS: 'maybe' }, problems: ['TRANSCRIPTS invalid'] },
    { name: 'an author with a bracket', env: { GIT_AUTHOR_NAME: 'a <b>' }, problems: ['GIT_AUTHOR_NAME invalid'] },
  ])('judges $name', ({ env, problems }) => {
    expect(problemsOf(env)).toEqual(problems);
  });

  it.each([
    { text: undefined, runnerImages: { names: [] } },
    { text: ' , ', runnerImages: { names: [] } },
    { text: 'python, java,python', runnerImages: { names: ['python', 'java'] } },
    { text: '*', runnerImages: { names: [], servesAny: true } },
  ])('reads the images of the deployment from $text', ({ text, runnerImages }) => {
    expect(someRunnerSettings({ RUNNER_IMAGES: text }).runnerImages).toEqual(runnerImages);
  });

  it('takes no notice of settings of the functions', () => {
    expect(problemsOf({ POLL_JIRA_SCHEDULE: 'nonsense' })).toEqual([]);
  });
});

it('describes every setting in a table', () => {
  expect(runnerSettingsTable().split('\n')).toHaveLength(Object.keys(runnerSchema.shape).length + 2);
  expect(runnerSettingsTable()).toContain('| `RUNNER_LEASE_SECONDS` | no | `180` |');
});
