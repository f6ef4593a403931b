import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { applyDeployment } from './apply-deployment.ts';
import { formatPlan } from './format-plan.ts';
import { judgeCheck } from './judge-check.ts';
import { readDeployOptions } from './options.ts';
import { makeOwnSecrets } from './own-secrets.ts';
import { planDeployment } from './plan-deployment.ts';
import type { DeployTools, Outcome } from './tools.ts';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';
const ME = '11111111-1111-1111-1111-111111111111';
const environment = { name: 'cmap', location: 'westeurope', hasOperators: true };
const plan = (args: string[] = []) =>
  planDeployment({ options: readDeployOptions(['dev', ...args]), environment, imageTag: '0.1.0-abc' });

describe('the plan', () => {
  it('lists every step with the commands it may run', async () => {
    await expect(formatPlan(plan())).toMatchFileSnapshot('../../test/golden/deploy/plan.txt');
  });

  it('looks before it makes anything, and proves at the end that it works', () => {
    const kinds = plan().map(({ kind }) => kind);
    expect(kinds.slice(0, 7)).toEqual(Array(7).fill('check'));
    expect(kinds.slice(-5)).toEqual(['health', 'reload', 'command', 'command', 'links']);
    for (const step of plan()) if (step.kind !== 'links') expect(step.help, step.title).toMatch(/[.`:a-z]$/);
  });

  it('aims every command at one subscription when it is told which', () => {
    const commands = formatPlan(plan(['--subscription', SUBSCRIPTION])).match(/^.*\baz (?!version|ad ).*$/gm) ?? [];
    expect(commands.length).toBeGreaterThan(15);
    for (const command of commands) expect(command).toContain('--subscription');
  });

  it('makes you an operator where the file names none, and applies without asking only when told', () => {
    const alone = planDeployment({
      options: readDeployOptions(['dev', '--yes']),
      environment: { ...environment, hasOperators: false },
      imageTag: '1',
    });
    expect(formatPlan(alone)).toContain(`'-var=operators=["<you>"]'`);
    expect(formatPlan(alone)).toContain('-auto-approve');
    expect(formatPlan(plan())).not.toMatch(/operators=|-auto-approve/);
  });

  it.each([
    { name: 'no environment', args: [], says: 'Name one environment' },
    { name: 'two', args: ['dev', 'prod'], says: 'Name one environment' },
    { name: 'a path', args: ['../dev'], says: 'cannot be an environment' },
    { name: 'an unknown option', args: ['dev', '--force'], says: "Unknown option '--force'" },
  ])('is not made of $name', ({ args, says }) => {
    expect(() => readDeployOptions(args)).toThrow(says);
  });
});

describe('a check', () => {
  const context = { name: 'cmap', location: 'westeurope', facts: new Map<string, string>() };

  it.each([
    { check: 'azure-cli' as const, output: '{"azure-cli":"2.71.0"}', ok: true, says: 'Azure CLI 2.71.0' },
    { check: 'azure-cli' as const, output: '{"azure-cli":"2.50.0"}', ok: false, says: '2.60 or later' },
    { check: 'terraform' as const, output: '{"terraform_version":"1.11.4"}', ok: true, says: '1.11.4' },
    { check: 'terraform' as const, output: 'Terraform v1.5', ok: false, says: 'did not say its version' },
    {
      check: 'subscription' as const,
      output: `{"id":"${SUBSCRIPTION}","name":"Trial","state":"Enabled"}`,
      ok: true,
      says: 'Trial',
    },
    {
      check: 'subscription' as const,
      output: `{"id":"${SUBSCRIPTION}","name":"Trial","state":"Disabled"}`,
      ok: false,
      says: 'is Disabled',
    },
    { check: 'identity' as const, output: `${ME}\n`, ok: true, says: ME },
    { check: 'roles' as const, output: '["Owner"]', ok: true, says: 'Owner' },
    {
      check: 'roles' as const,
      output: '["Contributor","Role Based Access Control Administrator"]',
      ok: true,
      says: 'Contributor',
    },
    { check: 'roles' as const, output: '["Contributor"]', ok: false, says: 'give roles' },
    {
      check: 'roles' as const,
      output: '["Reader"]',
      ok: false,
      says: 'make resources (Contributor) and not give roles',
    },
    { check: 'providers' as const, output: '["Microsoft.Storage"]', ok: true, says: 'Microsoft.App' },
    { check: 'region' as const, output: '["West Europe","northeurope"]', ok: true, says: 'westeurope' },
    { check: 'region' as const, output: '["northeurope"]', ok: false, says: 'not among northeurope' },
  ])('$check says of $output: $says', ({ check, output, ok, says }) => {
    const result = judgeCheck(check, output, context);
    expect(result.ok).toBe(ok);
    expect(result.finding).toContain(says);
  });
});

describe('our own secrets', () => {
  it('are made where they are missing, and the header carries the token', () => {
    const made = makeOwnSecrets(['cmap-admin-secret', 'jira-api-token', 'otlp-headers'], () => 'random');
    expect([...made]).toEqual([
      ['cmap-admin-secret', 'random'],
      ['otlp-token', 'random'],
      ['otlp-headers', 'authorization=Bearer%20random'],
    ]);
    expect(makeOwnSecrets(['cmap-admin-secret']).get('cmap-admin-secret')).toMatch(/^[\w-]{43}$/);
  });
});

describe('a deployment', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cmap-deploy-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  // Packing needs a bundle; it has tests of its own.
  const steps = (args: string[] = []) => plan(args).filter(({ kind }) => kind !== 'package');

  it('goes from nothing to the link of the workbook', async () => {
    const fixture = createFixture(root, {
      answers: { 'jira-api-token': 'jira-value', 'gitlab-token': 'gitlab-value' },
    });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(true);
    expect(fixture.made).toEqual(['group', 'account', 'foundation', 'image cmap-runner:0.1.0-abc', 'all', 'published']);
    expect([...fixture.secrets.keys()].toSorted()).toEqual(['cmap-admin-secret', 'gitlab-token', 'jira-api-token']);
    expect(readFileSync(path.join(root, 'dist/project-map.json'), 'utf8')).toBe('{"mappings":{}}');
    expect(fixture.printed.join('\n')).toContain('Workbook: https://portal.azure.com/workbook');
    expect(fixture.environmentOf('smoke')).toMatchObject({
      GITLAB_URL: 'https://gitlab.example.com',
      JIRA_API_TOKEN: 'jira-value',
    });
  });

  it('lets both programs read their secrets anew, so that a rotated one counts', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' } });
    await applyDeployment(steps(), environment, fixture);
    const anew = fixture.commands.filter((text) => text.includes('--secrets a=keyvaultref:x b=keyvaultref:y'));
    expect(anew.map((text) => /--name (\S+)/.exec(text)?.[1])).toEqual(['job', 'job-python']);
    expect(fixture.commands).toContainEqual(
      expect.stringContaining('/sites/func/config/configreferences/appsettings/refresh'),
    );
  });

  it('done again makes and asks for nothing that is there', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' } });
    await applyDeployment(steps(), environment, fixture);
    fixture.made.length = 0;
    fixture.asked.length = 0;
    expect(await applyDeployment(steps(), environment, fixture)).toBe(true);
    expect(fixture.made).toEqual(['foundation', 'all', 'published']);
    expect(fixture.asked).toEqual([]);
  });

  it('never shows a secret, and passes none as an argument', async () => {
    const fixture = createFixture(root, {
      answers: { 'jira-api-token': 'canary-jira', 'gitlab-token': 'canary-gitlab' },
    });
    await applyDeployment(steps(), environment, fixture);
    expect(fixture.printed.join('\n')).not.toContain('canary');
    expect(fixture.commands.join('\n')).not.toContain('canary');
    expect(fixture.secrets.get('jira-api-token')).toBe('canary-jira');
  });

  it('names every secret that is missing where there is no person to ask, and stops', async () => {
    const fixture = createFixture(root, {});
    expect(await applyDeployment(steps(), environment, fixture)).toBe(false);
    const said = fixture.printed.join('\n');
    expect(said).toMatch(/missing: jira-api-token in kv.*; gitlab-token in kg/);
    expect(said).toContain('az keyvault secret set');
    expect(fixture.made).not.toContain('all');
  });

  it('stops at the first step that fails, with the words of the tool and what to do', async () => {
    const fixture = createFixture(root, { fail: 'az role assignment list', stderr: 'AuthorizationFailed' });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(false);
    expect(fixture.made).toEqual([]);
    expect(fixture.printed.at(-2)).toMatch(
      /Step 5 failed: .*\n {2}AuthorizationFailed\n {2}An owner of the subscription/,
    );
  });

  it('says which tool is not there', async () => {
    const fixture = createFixture(root, { fail: 'az version', code: 127 });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(false);
    expect(fixture.printed.join('\n')).toContain('there is no az on this machine');
    expect(fixture.printed.join('\n')).toContain('Install it:');
  });

  it('waits for roles to count', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' }, lateRoles: 3 });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(true);
    expect(fixture.slept).toBe(3);
  });

  it('waits for the app, and gives up with its last word', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' }, health: 503 });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(false);
    expect(fixture.printed.join('\n')).toMatch(/did not answer 200 within ten minutes; the last word was: 503/);
  });

  it('shows what is wrong with a map that is refused', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' }, reload: 422 });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(false);
    expect(fixture.printed.join('\n')).toContain('answered 422: {"problems":["PROJ"]}');
  });

  it('builds in the registry where no Docker answers', async () => {
    const fixture = createFixture(root, {
      answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' },
      fail: 'docker info',
      code: 127,
    });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(true);
    expect(fixture.commands.some((command) => command.startsWith('az acr build'))).toBe(true);
    expect(fixture.commands.some((command) => command.startsWith('docker build'))).toBe(false);
  });
});

interface Behaviour {
  answers?: Record<string, string>;
  /** Commands that begin like this fail. */
  fail?: string;
  code?: number;
  stderr?: string;
  /** So often the first command on data is refused. */
  lateRoles?: number;
  health?: number;
  reload?: number;
}

/** An Azure in memory: it remembers what was made and answers what the commands ask for. */
function createFixture(root: string, behaviour: Behaviour) {
  const { answers, fail, code = 1, stderr = '', health = 200, reload = 200 } = behaviour;
  let lateRoles = behaviour.lateRoles ?? 0;
  const state = { group: false, account: false, image: false };
  const secrets = new Map<string, string>();
  const made: string[] = [];
  const commands: string[] = [];
  const environments = new Map<string, Record<string, string>>();
  const outputs = {
    registry: 'crx.azurecr.io',
    key_vault: 'kvx',
    storage_account: 'stx',
    resource_group: 'rg',
    function_app: 'func',
    runner_jobs: ['job', 'job-python'],
    runner_secret_references: ['a=keyvaultref:x', 'b=keyvaultref:y'],
    functions_url: 'https://func',
    webhook_base_url: 'https://func/api',
    workbook_url: 'https://portal.azure.com/workbook',
    secrets_to_set: { kvx: ['jira-api-token', 'cmap-admin-secret'], kgx: ['gitlab-token'] },
    command_line_settings: { GITLAB_URL: 'https://gitlab.example.com', JIRA_URL: 'https://x.atlassian.net' },
  };
  const json = (value: unknown): Outcome => ({ code: 0, stdout: JSON.stringify(value), stderr: '' });
  const done = (what?: string): Outcome => {
    if (what) made.push(what);
    return { code: 0, stdout: '', stderr: '' };
  };
  const exists = (there: boolean): Outcome => ({ code: there ? 0 : 3, stdout: '', stderr: there ? '' : 'not found' });

  function answer(command: readonly string[]): Outcome {
    const text = command.join(' ');
    const after = (option: string) => command[command.indexOf(option) + 1] ?? '';
    if (text.startsWith('az version')) return json({ 'azure-cli': '2.71.0' });
    if (text.startsWith('terraform version')) return json({ terraform_version: '1.11.4' });
    if (text.startsWith('az account show')) return json({ id: SUBSCRIPTION, name: 'Trial', state: 'Enabled' });
    if (text.startsWith('az ad signed-in-user')) return { code: 0, stdout: `${ME}\n`, stderr: '' };
    if (text.startsWith('az role assignment list')) return json(['Owner']);
    if (text.startsWith('az provider list')) return json(['Microsoft.Storage']);
    if (text.startsWith('az functionapp list')) return json(['westeurope']);
    if (text.startsWith('az group show')) return exists(state.group);
    if (text.startsWith('az group create')) {
      state.group = true;
      return done('group');
    }
    if (text.startsWith('az storage account show')) return exists(state.account);
    if (text.startsWith('az storage account create')) {
      state.account = true;
      return done('account');
    }
    if (text.startsWith('terraform') && text.includes(' apply '))
      return done(text.includes('-target') ? 'foundation' : 'all');
    if (text.startsWith('terraform') && text.includes(' output '))
      return json(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])));
    if (text.startsWith('az acr repository show')) return exists(state.image);
    if (text.startsWith('docker push') || text.startsWith('az acr build')) {
      state.image = true;
      return done('image cmap-runner:0.1.0-abc');
    }
    if (text.startsWith('az keyvault secret list')) {
      lateRoles -= 1;
      if (lateRoles >= 0) return { code: 1, stdout: '', stderr: 'Forbidden' };
      return json([...secrets.keys()]);
    }
    if (text.startsWith('az keyvault secret set')) {
      secrets.set(after('--name'), readFileSync(after('--file'), 'utf8'));
      return done();
    }
    if (text.startsWith('az keyvault secret show'))
      return { code: 0, stdout: `${secrets.get(after('--name'))}\n`, stderr: '' };
    if (text.includes('render-json')) return json({ mappings: {} });
    if (text.includes('config-zip')) return done('published');
    return done();
  }

  const run = (command: readonly string[], environment: Record<string, string> = {}): Outcome => {
    const text = command.join(' ');
    commands.push(text);
    environments.set(text, environment);
    return fail && text.startsWith(fail) ? { code, stdout: '', stderr } : answer(command);
  };
  const fixture = {
    root,
    facts: new Map<string, string>(),
    made,
    commands,
    secrets,
    printed: [] as string[],
    asked: [] as string[],
    slept: 0,
    environmentOf: (word: string) => [...environments].find(([text]) => text.endsWith(word))?.[1],
    capture: async (command, environment) => run(command, environment),
    show: async (command, environment) => run(command, environment).code,
    askSecret: async (question) => {
      fixture.asked.push(question);
      return answers?.[question.split(':')[0] ?? ''];
    },
    request: async (method) =>
      method === 'POST'
        ? { status: reload, text: '{"problems":["PROJ"]}' }
        : { status: health, text: '{"status":"ok"}' },
    sleep: async () => {
      fixture.slept += 1;
    },
    print: (line) => {
      fixture.printed.push(line);
    },
  } satisfies DeployTools & Record<string, unknown>;
  return fixture;
}
