import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { admitCoding } from '../../../test/builders/runs.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools, type MemoryToolsOptions } from '../../../test/doubles/memory-tools.ts';
import { doctor } from './doctor.ts';
import { DoctorReport } from './report.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../../docs/doctor.schema.json', import.meta.url), 'utf8'));
const isReport = new Ajv2020().compile(schema);
const refused = () => Promise.reject(new TaskError('storage-refused'));
const forbidden = { find: () => Promise.reject(new TaskError('key-vault-forbidden')) };
const endpoint = (probe: { kind: 'status'; status: number } | { kind: 'unreachable' }) => ({
  kind: 'endpoint' as const,
  baseUrl: 'https://model.example.com/v1',
  probe: async () => probe,
});

async function check(options: MemoryToolsOptions, env: Record<string, string> = {}) {
  const io = createMemoryIO({ env });
  const gitlab = { getCurrentUser: async () => ({ id: 5, username: 'bot', name: 'bot', bot: true }) };
  const findTokenInfo = async () => ({ name: 'cmap', scopes: ['api'], expiresAt: '2026-12-31' });
  const jira = { getMyself: async () => ({ accountId: 'me', displayName: 'cmap' }) };
  const tools = createMemoryTools({ mappings: {}, gitlab: { ...gitlab, findTokenInfo }, jira, ...options });
  const exitCode = await doctor({ json: true }, io, { ...tools, bindings: async () => [] });
  expect(isReport(JSON.parse(io.stdout)), JSON.stringify(isReport.errors)).toBe(true);
  const report = DoctorReport.parse(JSON.parse(io.stdout));
  return {
    exitCode,
    stdout: io.stdout,
    lines: report.checks.map(({ level, about, finding }) => `${level} ${about}: ${finding}`),
  };
}

function aVault(secrets: Record<string, string>) {
  return {
    async find(name: string) {
      const text = secrets[name];
      return text === undefined ? undefined : { value: new Secret(text), version: '1', tags: {} };
    },
  };
}

describe('doctor --json', () => {
  it('says that everything is ready, in the published form', async () => {
    const keyVault = aVault({
      'gitlab-token': 'token-of-the-vault',
      'gitlab-tokens': '{"team_b": "token-of-team-b", "team_a": "token-of-team-a"}',
    });
    const { exitCode, lines } = await check({ keyVault, model: endpoint({ kind: 'status', status: 200 }) });

    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      'OK map: 0 bindings in the map of this deployment',
      'OK storage queue: 0 tasks waiting, 0 poisoned; writes and deletes',
      'OK storage table: 0 runs open; writes and deletes',
      'OK storage blob: reads, writes and deletes',
      'OK key vault: readable',
      'OK gitlab-tokens: has team_a, team_b',
      'OK model: https://model.example.com/v1 answers and takes the key',
      'OK credential default: valid for bot, scopes api',
      'OK credential default: ends 2026-12-31',
      'OK jira: signed in as cmap',
    ]);
  });

  it('counts one task and one run as one', async () => {
    const clock = createManualClock();
    const storage = createMemoryStorage({ clock });
    await admitCoding('PROJ-1', { ...storage, clock });

    expect((await check({ storage })).lines).toEqual(
      expect.arrayContaining([
        'OK storage queue: 1 task waiting, 0 poisoned; writes and deletes',
        'OK storage table: 1 run open; writes and deletes',
      ]),
    );
  });

  it.each<MemoryToolsOptions & { about: string; env?: Record<string, string> }>([
    { about: 'storage queue', probe: { queue: refused } },
    { about: 'storage table', probe: { table: refused } },
    { about: 'storage blob', probe: { blob: refused } },
    { about: 'key vault', keyVault: forbidden },
    { about: 'gitlab-tokens', keyVault: aVault({ 'gitlab-tokens': '{"team_a": "canary' }) },
    { about: 'model', model: endpoint({ kind: 'unreachable' }) },
    { about: 'model', model: endpoint({ kind: 'status', status: 401 }) },
    { about: 'model', model: endpoint({ kind: 'status', status: 503 }) },
    { about: 'jira', jira: { getMyself: () => Promise.reject(new TaskError('jira-unauthorized')) } },
    { about: 'JIRA_API_TOKEN', env: { JIRA_URL: 'https://a.atlassian.net' } },
    { about: 'CMAP_ADMIN_SECRET', env: { CMAP_ADMIN_SECRET: '@Microsoft.KeyVault(SecretUri=x)' } },
    { about: 'CMAP_ADMIN_SECRET', env: { CMAP_ADMIN_SECRET: '@microsoft.keyvault(SecretUri=x)' } },
    { about: 'GITLAB_WEBHOOK_SECRET', env: { GITLAB_WEBHOOK_SECRET: 'short' } },
    { about: 'GITLAB_TOKEN__TEAM', env: { GITLAB_TOKEN__TEAM: 'two words of a token' } },
  ])('fails with exit code 1 when $about is not ready', async ({ about, env = {}, ...options }) => {
    const { exitCode, lines } = await check(options, env);

    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([expect.stringMatching(`^FAIL ${about}: `)]);
    expect(exitCode).toBe(1);
  });

  it('has one line for each secret and never its value', async () => {
    const env = {
      GITLAB_TOKEN: 'canary-value-1',
      GITLAB_WEBHOOK_SIGNING_TOKEN: 'canary-value-2',
      JIRA_WEBHOOK_SECRET: 'canary value 3',
      COPILOT_PROVIDER_API_KEY: 'canary-value-4',
    };
    const { stdout, lines } = await check({ model: { kind: 'copilot' } }, env);

    expect(stdout).not.toContain('canary');
    expect(lines.filter((line) => /^(OK|FAIL) [A-Z_]+: /.test(line))).toEqual([
      'OK GITLAB_TOKEN: is set',
      'OK GITLAB_WEBHOOK_SIGNING_TOKEN: is set',
      'FAIL JIRA_WEBHOOK_SECRET: must not contain spaces or characters outside ASCII: set it again',
      'OK COPILOT_PROVIDER_API_KEY: is set',
    ]);
  });
});
