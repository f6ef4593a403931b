import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { formatSettingsProblems } from '../../shared/app/settings/format-problems.ts';
import { aFunctionsEnvironment, someFunctionsSettings } from '../../test/builders/settings.ts';
import { functionsSchema, functionsSettingsTable, parseFunctionsSettings } from './settings.ts';

function problemsOf(overrides: Record<string, string | undefined>) {
  const result = parseFunctionsSettings(aFunctionsEnvironment(overrides));
  return result.ok ? [] : result.problems.map(({ name, kind }) => `${name} ${kind}`);
}

const OAUTH = {
  JIRA_URL: 'https://api.atlassian.com/ex/jira/1',
  JIRA_SITE_URL: 'https://a.atlassian.net',
  JIRA_EMAIL: undefined,
  JIRA_API_TOKEN: undefined,
  JIRA_OAUTH_CLIENT_ID: 'client-id-of-a-test',
  JIRA_OAUTH_CLIENT_SECRET: 'client-secret-of-a-test',
  JIRA_OAUTH_REFRESH_TOKEN: 'refresh-token-of-a-test',
};

describe('parseFunctionsSettings', () => {
  it('turns an environment into typed settings with their defaults', () => {
    expect(someFunctionsSettings()).toMatchObject({
      storage: { kind: 'connection-string' },
      gitlabUrl: 'https://gitlab.example.com',
      jira: {
        url: 'https://example.atlassian.net',
        siteUrl: 'https://example.atlassian.net',
        credential: { kind: 'token', email: 'agent@example.com' },
      },
      map: { text: '{"mappings":{}}' },
      agentId: 'cmap',
      logLevel: 'info',
      telemetry: { serviceName: 'cmap-functions' },
      identity: { managedIdentity: false },
      webhooks: {},
      schedules: { pollJira: '0 * * * * *', pollGitlab: '0 * * * * *', sweep: '0 * * * * *' },
    });
  });

  it('names everything that is missing from an empty environment at once, and what to do', () => {
    const result = parseFunctionsSettings({});

    expect(result.ok).toBe(false);
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'AzureWebJobsStorage missing',
      'GITLAB_TOKEN missing',
      'GITLAB_URL missing',
      'JIRA_PROJECT_MAP missing',
    ]);
    expect(problems.every(({ fix, description }) => fix !== '' && description !== '')).toBe(true);
    expect(formatSettingsProblems(problems)).toContain(
      'GITLAB_URL is missing. The GitLab instance. Set it to the address people open in the browser, such as https://gitlab.example.com.',
    );
  });

  it.each([
    { name: 'http GitLab', env: { GITLAB_URL: 'http://gitlab.example.com' }, problems: ['GITLAB_URL invalid'] },
    { name: 'http on this machine', env: { GITLAB_URL: 'http://127.0.0.1:8080' }, problems: [] },
    {
      name: 'a host that only begins like loopback',
      env: { GITLAB_URL: 'http://127.0.0.1.example.com' },
      problems: ['GITLAB_URL invalid'],
    },
    {
      name: 'credentials in a URL',
      env: { GITLAB_URL: 'https://me:pass@gitlab.example.com' },
      problems: ['GITLAB_URL invalid'],
    },
    { name: 'no scheme', env: { GITLAB_URL: 'gitlab.example.com' }, problems: ['GITLAB_URL invalid'] },
    { name: 'an empty value', env: { GITLAB_URL: '  ' }, problems: ['GITLAB_URL missing'] },
    {
      name: 'no Jira at all',
      env: { JIRA_URL: undefined, JIRA_EMAIL: undefined, JIRA_API_TOKEN: undefined },
      problems: [],
    },
    { name: 'Jira without its token', env: { JIRA_API_TOKEN: undefined }, problems: ['JIRA_API_TOKEN missing'] },
    { name: 'Jira without its URL', env: { JIRA_URL: '' }, problems: ['JIRA_URL missing'] },
    { name: 'Jira with a Bearer token', env: { JIRA_EMAIL: undefined }, problems: [] },
    {
      name: 'the API gateway without a site',
      env: { JIRA_URL: 'https://api.atlassian.com/ex/jira/1' },
      problems: ['JIRA_SITE_URL missing'],
    },
    {
      name: 'the API gateway with a site',
      env: { JIRA_URL: 'https://api.atlassian.com/ex/jira/1', JIRA_SITE_URL: 'https://a.atlassian.net' },
      problems: [],
    },
    { name: 'Jira by OAuth', env: OAUTH, problems: [] },
    {
      name: 'Jira by OAuth without its secrets',
      env: { ...OAUTH, JIRA_OAUTH_CLIENT_SECRET: undefined, JIRA_OAUTH_REFRESH_TOKEN: '' },
      problems: ['JIRA_OAUTH_CLIENT_SECRET missing', 'JIRA_OAUTH_REFRESH_TOKEN missing'],
    },
    {
      name: 'two ways to sign in',
      env: { ...OAUTH, JIRA_API_TOKEN: 'a-token-of-a-test' },
      problems: ['JIRA_API_TOKEN invalid'],
    },
    {
      name: 'Jira by OAuth at the site',
      env: { ...OAUTH, JIRA_URL: 'https://a.atlassian.net' },
      problems: ['JIRA_URL invalid'],
    },
    { name: 'Jira Data Center', env: { JIRA_URL: 'https://jira.example.com' }, problems: ['JIRA_URL invalid'] },
    {
      name: 'Jira Data Center under a path',
      env: { JIRA_URL: 'https://example.com/jira' },
      problems: ['JIRA_URL invalid'],
    },
    {
      name: 'a name that only ends like Jira Cloud',
      env: { JIRA_URL: 'https://evilatlassian.net' },
      problems: ['JIRA_URL invalid'],
    },
    { name: 'Jira of this machine', env: { JIRA_URL: 'http://127.0.0.1:8080' }, problems: [] },
    {
      name: 'a gateway in front of Jira Cloud',
      env: { JIRA_URL: 'https://gateway.example.com/jira', JIRA_SITE_URL: 'https://a.atlassian.net' },
      problems: [],
    },
    { name: 'an e-mail address that is none', env: { JIRA_EMAIL: 'agent' }, problems: ['JIRA_EMAIL invalid'] },
    {
      name: 'only a source for the map',
      env: { JIRA_PROJECT_MAP: undefined, JIRA_PROJECT_MAP_SOURCE: '/etc/map.json' },
      problems: [],
    },
    {
      name: 'a map source with a signature',
      env: { JIRA_PROJECT_MAP_SOURCE: 'https://a.blob.core.windows.net/c/map.json?sv=1&sig=abc' },
      problems: ['JIRA_PROJECT_MAP_SOURCE invalid'],
    },
    { name: 'no map', env: { JIRA_PROJECT_MAP: undefined }, problems: ['JIRA_PROJECT_MAP missing'] },
    { name: 'no token', env: { GITLAB_TOKEN: undefined }, problems: ['GITLAB_TOKEN missing'] },
    {
      name: 'a token only for an alias',
      env: { GITLAB_TOKEN: undefined, GITLAB_TOKEN__TEAM: 'token-of-a-team' },
      problems: [],
    },
    {
      name: 'tokens only in the Key Vault',
      env: { GITLAB_TOKEN: undefined, KEY_VAULT_URI: 'https://kv.vault.azure.net/' },
      problems: [],
    },
    {
      name: 'two names for one alias',
      env: { GITLAB_TOKEN__TEAM: 'token-of-a-team', gitlab_token__team: 'other-token-value' },
      problems: ['GITLAB_TOKEN__TEAM and gitlab_token__team invalid'],
    },
    {
      name: 'the storage account by identity',
      env: { AzureWebJobsStorage: undefined, AzureWebJobsStorage__accountName: 'stcmap' },
      problems: [],
    },
    {
      name: 'one service URI',
      env: { AzureWebJobsStorage: undefined, AzureWebJobsStorage__blobServiceUri: 'https://a.example.com' },
      problems: ['AzureWebJobsStorage__queueServiceUri missing', 'AzureWebJobsStorage__tableServiceUri missing'],
    },
    {
      name: 'a connection string that is none',
      env: { AzureWebJobsStorage: 'something-else' },
      problems: ['AzureWebJobsStorage invalid'],
    },
    {
      name: 'a five-field schedule',
      env: { POLL_JIRA_SCHEDULE: '* * * * *' },
      problems: ['POLL_JIRA_SCHEDULE invalid'],
    },
    { name: 'an unknown log level', env: { LOG_LEVEL: 'loud' }, problems: ['LOG_LEVEL invalid'] },
    { name: 'a log level in capitals', env: { LOG_LEVEL: 'WARN' }, problems: [] },
    { name: 'a short admin secret', env: { CMAP_ADMIN_SECRET: 'too-short' }, problems: ['CMAP_ADMIN_SECRET invalid'] },
    {
      name: 'headers without a value',
      env: { OTEL_EXPORTER_OTLP_HEADERS: 'api-key' },
      problems: ['OTEL_EXPORTER_OTLP_HEADERS invalid'],
    },
    {
      name: 'several mistakes',
      env: { GITLAB_URL: 'x', LOG_LEVEL: 'y', JIRA_API_TOKEN: '' },
      problems: ['GITLAB_URL invalid', 'JIRA_API_TOKEN missing', 'LOG_LEVEL invalid'],
    },
  ])('judges $name', ({ env, problems }) => {
    expect(problemsOf(env)).toEqual(problems);
  });

  it.each(Object.keys(functionsSchema.shape).filter((name) => !name.includes('<')))(
    'reports an unresolved Key Vault reference in %s by name, once',
    (name) => {
      const text = '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/a)';

      const result = parseFunctionsSettings(aFunctionsEnvironment({ [name]: text }));

      const problems = result.ok ? [] : result.problems;
      expect(
        problems.filter((problem) => problem.kind === 'unresolved-reference').map((problem) => problem.name),
      ).toEqual([name]);
      expect(problems.filter((problem) => problem.name === name)).toHaveLength(1);
    },
  );

  it('builds the service addresses of the account and hands on the identity', () => {
    const clientId = '11111111-2222-3333-4444-555555555555';
    const settings = someFunctionsSettings({
      AzureWebJobsStorage__accountName: 'stcmap',
      AZURE_CLIENT_ID: clientId,
      IDENTITY_ENDPOINT: 'http://localhost:1/msi/token',
    });

    expect(settings.storage).toEqual({
      kind: 'identity',
      blobServiceUri: 'https://stcmap.blob.core.windows.net',
      queueServiceUri: 'https://stcmap.queue.core.windows.net',
      tableServiceUri: 'https://stcmap.table.core.windows.net',
      clientId,
    });
    expect(settings.identity).toEqual({ managedIdentity: true, clientId });
  });

  it('never shows a value, in settings or in problems', () => {
    const marker = 'canary-8f1d';
    const names = Object.keys(functionsSchema.shape).filter((name) => !name.includes('<'));
    const good = someFunctionsSettings({
      AzureWebJobsStorage: `AccountName=a;AccountKey=${marker}`,
      JIRA_API_TOKEN: `${marker}-jira`,
      GITLAB_WEBHOOK_SECRET: `${marker}-hook`,
      GITLAB_WEBHOOK_SIGNING_TOKEN: `${marker}-sign`,
      JIRA_WEBHOOK_SECRET: `${marker}-jira-hook`,
      CMAP_ADMIN_SECRET: `${marker}-administrator`,
      OTEL_EXPORTER_OTLP_HEADERS: `api-key=${marker}`,
    });
    const shown = [inspect(good, { depth: 9, showHidden: true }), JSON.stringify(good)];

    for (const name of [...names, 'GITLAB_TOKEN__A', 'GITLAB_TOKEN__B C']) {
      const bad = parseFunctionsSettings(aFunctionsEnvironment({ [name]: `${marker} {"\u0000` }));
      shown.push(inspect(bad.ok ? [] : bad.problems, { depth: 9 }), bad.ok ? '' : formatSettingsProblems(bad.problems));
    }

    expect(shown.join('\n')).not.toContain(marker);
  });
});

it('describes every setting in a table', () => {
  const table = functionsSettingsTable();

  expect(table).toContain('| `GITLAB_URL` | yes |  | The GitLab instance. |');
  expect(table).toContain('| `LOG_LEVEL` | no | `info` |');
  expect(table.split('\n')).toHaveLength(Object.keys(functionsSchema.shape).length + 2);
  expect(table).not.toMatch(/\|\s*\|\s*$/m);
});

describe('the weekly report', () => {
  const WEEKLY = {
    WEEKLY_REPORT_SCHEDULE: '0 0 6 * * 1',
    WEEKLY_REPORT_ISSUE: 'PROJ-1',
    WEEKLY_REPORT_WEBHOOK: 'team_a',
  };

  it('goes to the places that are set, and is off without any', () => {
    expect(someFunctionsSettings(WEEKLY)).toMatchObject({
      schedules: { weekly: '0 0 6 * * 1' },
      weeklyPlaces: [{ issueKey: 'PROJ-1' }, { urlRef: 'team_a' }],
    });
    expect(someFunctionsSettings().schedules.weekly).toBeUndefined();
    expect(someFunctionsSettings().weeklyPlaces).toEqual([]);
  });

  it.each([
    [{ ...WEEKLY, WEEKLY_REPORT_ISSUE: undefined, WEEKLY_REPORT_WEBHOOK: undefined }, ['WEEKLY_REPORT_ISSUE missing']],
    [{ ...WEEKLY, WEEKLY_REPORT_SCHEDULE: undefined }, ['WEEKLY_REPORT_SCHEDULE missing']],
    [{ ...WEEKLY, WEEKLY_REPORT_ISSUE: undefined }, []],
    [{ ...WEEKLY, WEEKLY_REPORT_ISSUE: 'proj 1' }, ['WEEKLY_REPORT_ISSUE invalid']],
    [{ ...WEEKLY, WEEKLY_REPORT_WEBHOOK: 'Team A' }, ['WEEKLY_REPORT_WEBHOOK invalid']],
  ])('of %j names what is wrong', (overrides, problems) => {
    expect(problemsOf(overrides)).toEqual(problems);
  });
});
