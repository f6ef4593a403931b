import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryIO, ENVIRONMENTS, type MemoryIOOptions } from '../../../test/doubles/memory-io.ts';
import { runProgram } from '../../program.ts';

let files: Record<string, string>;
beforeEach(() => {
  files = {};
});

async function run(line: string[], options: MemoryIOOptions = {}) {
  const io = createMemoryIO({ ...options, files });
  const exitCode = await runProgram(line, io);
  files = Object.fromEntries(io.files);
  return { exitCode, stdout: io.stdout, stderr: io.stderr };
}

const REFERENCE = '@Microsoft.KeyVault(VaultName=kv-prod;SecretName=jira-api-token)';

const addProd = () =>
  run(['env', 'add', 'prod', '--set', 'jira_url=https://prod.atlassian.net', '--set', `JIRA_API_TOKEN=${REFERENCE}`]);

describe('env', () => {
  it('adds, lists, uses, shows and removes', async () => {
    expect(await addProd()).toEqual({
      exitCode: 0,
      stdout:
        'prod is added: 1 setting, and where 1 secret stands\n`cmap env use prod` has commands work on it; `cmap doctor --env prod` says whether it can be reached\n',
      stderr: '',
    });
    await run(['env', 'add', 'test', '--set', 'GITLAB_URL=https://gitlab.test']);
    expect((await run(['env', 'use', 'prod'])).stdout).toBe('prod is in use\n');
    expect((await run(['env', 'ls'])).stdout).toBe(
      '   NAME  SETTINGS  SECRETS  FROM\n*  prod  1         1\n   test  1         0\n',
    );
    expect((await run(['env', 'show'], { env: { JIRA_URL: 'x' } })).stdout).toBe(
      [
        'prod, in use by cmap env use',
        '',
        'SETTING         VALUE',
        'JIRA_API_TOKEN  secret jira-api-token of kv-prod.vault.azure.net',
        'JIRA_URL        https://prod.atlassian.net                        set in the shell, which wins',
        '',
      ].join('\n'),
    );
    expect((await run(['env', 'remove', 'prod'])).stdout).toBe('prod is removed; no environment is in use now\n');
    expect(JSON.parse((await run(['env', 'list', '--json'])).stdout)).toEqual({
      ok: true,
      environments: [{ name: 'test', inUse: false, current: false, settings: 1, secrets: 0 }],
    });
  });

  it('changes one setting and keeps the others; a value takes the place of a reference', async () => {
    await addProd();
    await run(['env', 'add', 'prod', '--set', `JIRA_URL=${REFERENCE}`, '--set', 'AGENT_ID=cmap-prod']);
    expect(JSON.parse((await run(['env', 'show', 'prod', '--json'])).stdout)).toMatchObject({
      settings: { AGENT_ID: 'cmap-prod' },
      secrets: { JIRA_API_TOKEN: { secret: 'jira-api-token' }, JIRA_URL: { secret: 'jira-api-token' } },
    });
    expect((await run(['env', 'show', 'prod'])).stdout).not.toContain('https://prod.atlassian.net');
  });

  it('uses none again, and says so when a variable wins', async () => {
    await addProd();
    await run(['env', 'use', 'prod']);
    expect(await run(['env', 'use', '--none'], { env: { CMAP_ENV: 'prod' } })).toEqual({
      exitCode: 0,
      stdout: 'no environment is in use\n',
      stderr: 'cmap: CMAP_ENV is set to "prod" in this shell and wins until it is removed\n',
    });
    expect(JSON.parse(files[ENVIRONMENTS] ?? '')).not.toHaveProperty('current');
  });

  it('lists also while a variable names one that is not there', async () => {
    await addProd();
    expect((await run(['env', 'list'], { env: { CMAP_ENV: 'gone' } })).stdout).toContain('prod');
    expect((await run(['env', 'show', 'prod'], { env: { CMAP_ENV: 'gone' } })).exitCode).toBe(0);
  });

  it.each([
    {
      line: ['--set', 'JIRA_API_TOKEN=canary-of-a-token'],
      says: 'cmap: --set: JIRA_API_TOKEN would hold a secret, and no secret is kept: put it into a Key Vault and say where, as in `cmap env add prod --set "JIRA_API_TOKEN=@Microsoft.KeyVault(VaultName=kv-cmap;SecretName=jira-api-token)"`, or set the variable in the shell',
    },
    {
      line: ['--set', 'gitlab_token__team_a=canary-of-a-token'],
      says: 'cmap: --set: GITLAB_TOKEN__TEAM_A would hold a secret, and no secret is kept: put it into a Key Vault and say where, as in `cmap env add prod --set "GITLAB_TOKEN__TEAM_A=@Microsoft.KeyVault(VaultName=kv-cmap;SecretName=gitlab-token--team-a)"`, or set the variable in the shell',
    },
    {
      line: ['--set', 'JRIA_URL=canary'],
      says: 'cmap: --set: JRIA_URL is no setting of a command; did you mean JIRA_URL?',
    },
    {
      line: ['--set', 'glpat-canary=x'],
      says: 'cmap: --set: what stands before = is no setting of a command; docs/configuration.md lists them',
    },
    {
      line: ['--set', 'GITLAB_URL=http://canary'],
      says: 'cmap: --set GITLAB_URL must begin with https:// (http:// is accepted for this machine only)',
    },
    {
      line: ['--set', 'canary'],
      says: 'cmap: --set needs NAME=VALUE, such as --set GITLAB_URL=https://gitlab.example.com',
    },
    { line: [], says: 'cmap: env add needs --from-azure APP, or --set NAME=VALUE; see cmap env add --help' },
    { line: ['--from-azure'], says: 'cmap: --from-azure needs a value' },
    { line: ['--from-azure=a;b'], says: 'cmap: --from-azure: is no name in Azure' },
  ])('refuses $line, repeats no value and keeps nothing', async ({ line, says }) => {
    const { exitCode, stderr } = await run(['env', 'add', 'prod', ...line]);
    expect({ exitCode, says: stderr.split('\n')[0] }).toEqual({ exitCode: 2, says });
    expect(stderr).not.toContain('canary-');
    expect(files).toEqual({});
  });

  it('refuses a name that a shell would have to quote', async () => {
    expect((await run(['env', 'add', 'a b', '--set', 'AGENT_ID=x'])).stderr).toContain('is a short one of letters');
  });

  it('reads a function app and says on standard error what it leaves out', async () => {
    const answers = [
      [{ name: 'func', resourceGroup: 'rg', host: 'func.azurewebsites.net' }],
      [{ name: 'GITHUB_TOKEN', value: 'canary-of-a-token' }],
    ];
    const az: MemoryIOOptions['az'] = async () => ({
      kind: 'ended',
      code: 0,
      stdout: JSON.stringify(answers.shift()),
      stderr: '',
    });
    const { exitCode, stderr } = await run(['env', 'add', 'prod', '--from-azure', 'func'], { az });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^cmap: left out: GITHUB_TOKEN, a secret whose value stands in the settings of the app/);
    expect(files[ENVIRONMENTS]).not.toContain('canary');
  });
});

describe('a command on a named environment', () => {
  it('says which one before it changes something', async () => {
    await addProd();
    const { stderr } = await run(['queue', 'requeue', 'x', '--env', 'prod'], {
      env: { JIRA_URL: 'https://a.atlassian.net' },
    });
    expect(stderr.split('\n')[0]).toBe(
      'cmap: this works on the environment prod (--env), but for JIRA_URL, which the shell sets',
    );
  });

  it('says nothing when it only reads, or nothing is named', async () => {
    await addProd();
    expect((await run(['queue', 'ls', '--env', 'prod'])).stderr).toMatch(/^cmap: AzureWebJobsStorage is missing/);
    expect((await run(['queue', 'requeue', 'x'])).stderr).toMatch(/^cmap: AzureWebJobsStorage is missing/);
  });

  it('asks for no environment where it works on no deployment', async () => {
    files[ENVIRONMENTS] = 'broken';
    expect((await run(['schema'])).exitCode).toBe(0);
    expect((await run(['completion', 'bash'])).exitCode).toBe(0);
    expect((await run(['queue', 'ls'])).stderr).toMatch(/environments\.json is not understood at its beginning/);
  });

  it.each([
    { line: ['--env', 'prod', 'whoami'], name: 'prod (--env)' },
    { line: ['whoami'], env: { CMAP_ENV: 'prod' }, name: 'prod (CMAP_ENV)' },
  ])('whoami and doctor show $name', async ({ line, env = {}, name }) => {
    await addProd();
    const shell = { ...env, JIRA_API_TOKEN: REFERENCE };
    expect((await run(line, { env: shell })).stdout).toContain(`environment ${name}, but for JIRA_API_TOKEN`);
    const doctor = await run([...line.slice(0, -1), 'doctor'], { env: shell });
    expect(doctor.stdout).toContain(`OK    environment: ${name}, but for JIRA_API_TOKEN`);
    expect(doctor.stdout).toContain('FAIL  JIRA_API_TOKEN: is a reference to a Key Vault, which only Azure resolves');
  });
});
