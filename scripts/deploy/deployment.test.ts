import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { applyDeployment } from './apply-deployment.ts';
import { formatPlan } from './format-plan.ts';
import { judgeCheck } from './judge-check.ts';
import { readDeployOptions } from './options.ts';
import { makeOwnSecrets } from './own-secrets.ts';
import { planDeployment } from './plan-deployment.ts';
import { readEnvironment } from './read-environment.ts';
import { planRunnerImages, type RunnerImage } from './runner-images.ts';
import { type DeployTools, type Outcome, quoteForWindows } from './tools.ts';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';
const ME = '11111111-1111-1111-1111-111111111111';
const environment = {
  name: 'cmap',
  location: 'westeurope',
  hasOperators: true,
  runnerImages: {},
  takesEveryImage: false,
  placeholders: [],
};
const DIGEST = `sha256:${'d'.repeat(64)}`;
const plan = (args: string[] = [], runnerImages: RunnerImage[] = []) =>
  planDeployment({ options: readDeployOptions(['dev', ...args]), environment, imageTag: '0.1.0-abc', runnerImages });

describe('the plan', () => {
  it('lists every step with the commands it may run', async () => {
    await expect(formatPlan(plan())).toMatchFileSnapshot('../../test/golden/deploy/plan.txt');
  });

  it('looks before it makes anything, and proves at the end that it works', () => {
    const kinds = plan().map(({ kind }) => kind);
    expect(kinds.slice(0, 10)).toEqual([...Array(8).fill('check'), 'filled-in', 'command']);
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
      runnerImages: [],
    });
    expect(formatPlan(alone)).toContain(`'-var=operators=["<you>"]'`);
    expect(formatPlan(alone).match(/apply -input=false -auto-approve/g)).toHaveLength(3);
    expect(formatPlan(plan())).not.toMatch(/operators=|-auto-approve|apply .*-input=false/);
  });

  it('builds the images whose Dockerfile is named from the runner that was built, and looks for the others', () => {
    const images = [
      { name: 'go-124', image: 'cmap-runner-go-124:0.1.0-abc-1', dockerfile: 'images/go/Dockerfile' },
      { name: 'java', image: 'teams/java@sha256:1' },
    ];
    const said = formatPlan(plan([], images));
    expect(said).toContain(
      'docker build --platform linux/amd64 --build-arg RUNNER=<registry>/cmap-runner@<runner_digest> --file images/go/Dockerfile --tag <registry>/cmap-runner-go-124:0.1.0-abc-1 images/go',
    );
    expect(said).toMatch(/az acr build .*--image cmap-runner-go-124:\S+ .*--file images\/go\/Dockerfile images\/go$/m);
    expect(said).toContain('Look for teams/java@sha256:1, the image java: it is built and pushed by you');
    expect(said).toContain('az acr repository show --name <registry_name> --image teams/java@sha256:1 --output none');
    expect(said).toContain(`'-var=built_runner_images={"go-124"="cmap-runner-go-124@<digest_of_go_124>"}'`);
    expect(formatPlan(plan())).not.toContain('built_runner_images');
  });

  it('gives rights before images are built, and both before the jobs that need them are made', () => {
    const titles = plan([], [{ name: 'java', image: 'x:1' }]).map(({ title }) => title);
    const places = [
      /secrets that are missing/,
      /their rights/,
      /Build the runner/,
      /Look for x:1/,
      /function app, the/,
    ];
    const order = places.map((words) => titles.findIndex((title) => words.test(title)));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
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

describe('the images of an environment', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cmap-images-'));
    mkdirSync(path.join(root, 'images'));
    writeFileSync(path.join(root, 'images/Dockerfile'), 'FROM $RUNNER');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const planOne = (base = '0.1.0') =>
    planRunnerImages(root, { python: { dockerfile: 'images/Dockerfile' } }, base)[0]?.image ?? '';

  it('have a tag that changes with the base and with every file beside the Dockerfile', () => {
    const before = planOne();
    expect(before).toMatch(/^cmap-runner-python:0\.1\.0-[0-9a-f]{8}$/);
    expect(planOne()).toBe(before);
    expect(planOne('0.2.0')).not.toBe(before);
    writeFileSync(path.join(root, 'images/requirements.txt'), 'a');
    expect(planOne()).not.toBe(before);
  });

  it.each([
    { given: {}, says: 'either image, which is in the registry, or dockerfile' },
    { given: { image: 'x:1', dockerfile: 'images/Dockerfile' }, says: 'either image' },
    { given: { dockerfile: 'nowhere/Dockerfile' }, says: 'there is no nowhere/Dockerfile' },
  ])('are refused where it says $given', ({ given, says }) => {
    expect(() => planRunnerImages(root, { python: given }, '1')).toThrow(says);
  });
});

describe('a file of infra/environments', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cmap-environment-'));
    mkdirSync(path.join(root, 'infra/environments'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const read = (text: string) => {
    writeFileSync(path.join(root, 'infra/environments/dev.tfvars'), text);
    return readEnvironment(root, 'dev');
  };
  const LEAST = 'environment = "dev"\nlocation = "westeurope"\n';

  it('names the deployment by its own name, and not by that of the model', () => {
    const file = `${LEAST}model = {\n  kind = "azure"\n  name = "gpt"\n}`;
    expect(read(file)).toEqual({ ...environment, hasOperators: false });
    expect(read(`${LEAST}name = "bots"`).name).toBe('bots');
  });

  it('names what was left of the example, wherever it stands', () => {
    const file = `${LEAST}jira = { url = "https://your-site.atlassian.net" }\nalert_emails = ["a@example.com", "a@us.org"]`;
    expect(read(file).placeholders).toEqual(['https://your-site.atlassian.net', 'a@example.com']);
  });

  it('has operators, images and what takes every image', () => {
    const file = `${LEAST}operators = [ # us\n  "${ME}",\n]
runner_images = { python = { image = "x:1", cpu = 1, memory = "2Gi" } }
extra_settings = { runner = { RUNNER_IMAGES = "*" } }`;
    expect(read(file)).toMatchObject({
      hasOperators: true,
      runnerImages: { python: { image: 'x:1' } },
      takesEveryImage: true,
    });
  });

  it.each([
    { text: 'environment = "prod"', says: 'must say environment = "dev"' },
    { text: 'environment = "dev"', says: 'must say location' },
    { text: `${LEAST}runner_images = ["x"]`, says: 'runner_images' },
    { text: `${LEAST}company_ca = file("x")`, says: 'dev.tfvars, line 3: "file" is not understood' },
  ])('is refused where it says $text', ({ text, says }) => {
    expect(() => read(text)).toThrow(says);
  });
});

describe('a command for Windows', () => {
  it.each([
    { command: ['az', '--role', 'Blob Reader', '--query', '"a"'], line: `az --role "Blob Reader" --query """a"""` },
    { command: ['az', '--uri', 'https://x?a=1&b=2'], line: 'az --uri "https://x?a=1&b=2"' },
  ])('keeps each argument one: $line', ({ command, line }) => {
    expect(quoteForWindows(command)).toBe(line);
  });
});

describe('a check', () => {
  const context = { name: 'cmap', location: 'westeurope', images: ['python'], facts: new Map<string, string>() };
  const needs = (runner_images: string[]) => JSON.stringify({ '//': { secrets: ['gitlab-token'], runner_images } });

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
    { check: 'mapping' as const, output: needs(['python']), ok: true, says: 'gitlab-token, the image python' },
    { check: 'mapping' as const, output: needs(['python', 'go']), ok: false, says: 'runner_images lacks go' },
    { check: 'mapping' as const, output: 'Node.js v24', ok: false, says: 'could not be read' },
  ])('$check says of $output: $says', ({ check, output, ok, says }) => {
    const result = judgeCheck(check, output, context);
    expect(result.ok).toBe(ok);
    expect(result.finding).toContain(says);
  });

  it('asks for no image where one runner takes every', () => {
    expect(judgeCheck('mapping', needs(['go']), { ...context, images: 'every' }).ok).toBe(true);
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
    expect(fixture.made).toEqual([
      'group',
      'account',
      'foundation',
      'rights',
      'image cmap-runner:0.1.0-abc',
      'all',
      'published',
    ]);
    expect(fixture.commands.findLast((text) => text.includes(' apply '))).toContain(`-var=runner_image_tag=${DIGEST}`);
    expect([...fixture.secrets.keys()].toSorted()).toEqual(['cmap-admin-secret', 'gitlab-token', 'jira-api-token']);
    expect(readFileSync(path.join(root, 'dist/project-map.json'), 'utf8')).toBe('{"mappings":{}}');
    expect(fixture.printed.join('\n')).toContain('Workbook: https://portal.azure.com/workbook');
    expect(fixture.printed.join('\n')).toContain('npx cmap env add dev --from-azure func && npx cmap env use dev');
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
    expect(fixture.made).toEqual(['foundation', 'rights', 'all', 'published']);
    expect(fixture.asked).toEqual([]);
  });

  it('has a job read no secrets anew where it has none', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' }, references: [] });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(true);
    expect(fixture.commands.filter((text) => text.startsWith('az containerapp'))).toEqual([]);
  });

  it('asks for every secret the mapping names, and for the token of `default` only where it is one', async () => {
    const ofMap = ['events-url--team', 'gitlab-token--platform-team'];
    const answers = { 'jira-api-token': 'a', 'events-url--team': 'b', 'gitlab-token--platform-team': 'c' };
    const fixture = createFixture(root, { answers, ofMap });
    expect(await applyDeployment(steps(), environment, fixture)).toBe(true);
    expect(fixture.asked.map((question) => question.split(':')[0])).toEqual(['jira-api-token', ...ofMap]);
  });

  it('asks for no single token where one secret has those of many', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a' }, ofMap: ['gitlab-token--team'] });
    fixture.secrets.set('gitlab-tokens', '{}');
    expect(await applyDeployment(steps(), environment, fixture)).toBe(true);
    expect(fixture.asked).toHaveLength(1);
  });

  it('stops before the jobs where an image is not in the registry, and says how it gets there', async () => {
    const answers = { 'jira-api-token': 'a', 'gitlab-token': 'b' };
    const fixture = createFixture(root, { answers, fail: 'az acr repository show --name crx --image x:1' });
    const all = plan([], [{ name: 'python', image: 'x:1' }]).filter(({ kind }) => kind !== 'package');
    expect(await applyDeployment(all, environment, fixture)).toBe(false);
    expect(fixture.printed.join('\n')).toContain('runner_images.python.dockerfile in place of image');
    expect(fixture.made).not.toContain('all');
  });

  it('builds an image of its own once, and gives the job its digest', async () => {
    const fixture = createFixture(root, { answers: { 'jira-api-token': 'a', 'gitlab-token': 'b' } });
    const images = [{ name: 'go-124', image: 'cmap-runner-go-124:1', dockerfile: 'images/Dockerfile' }];
    const all = plan([], images).filter(({ kind }) => kind !== 'package');
    expect(await applyDeployment(all, environment, fixture)).toBe(true);
    expect(fixture.commands).toContainEqual(
      expect.stringMatching(/^docker build .* RUNNER=crx\.azurecr\.io\/cmap-runner@sha256:d{64} .* images$/),
    );
    expect(fixture.commands.findLast((text) => text.includes(' apply '))).toContain(
      `-var=built_runner_images={"go-124"="cmap-runner-go-124@${DIGEST}"}`,
    );
    fixture.made.length = 0;
    await applyDeployment(all, environment, fixture);
    expect(fixture.made).toEqual(['foundation', 'rights', 'all', 'published']);
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

  it('makes nothing of an example that was not filled in', async () => {
    const left = { ...environment, placeholders: ['https://gitlab.example.com'] };
    const input = { options: readDeployOptions(['dev']), environment: left, imageTag: '1', runnerImages: [] };
    const fixture = createFixture(root, {});
    expect(await applyDeployment(planDeployment(input), left, fixture)).toBe(false);
    expect(fixture.printed.join('\n')).toContain('it still says https://gitlab.example.com');
    expect(fixture.made).toEqual([]);
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
  /** Secrets the mapping names in the vault of GitLab tokens. */
  ofMap?: string[];
  /** What a runner job reads secrets by. */
  references?: string[];
}

/** An Azure in memory: it remembers what was made and answers what the commands ask for. */
function createFixture(root: string, behaviour: Behaviour) {
  const { answers, fail, code = 1, stderr = '', health = 200, reload = 200 } = behaviour;
  const { ofMap = ['gitlab-token'], references = ['a=keyvaultref:x', 'b=keyvaultref:y'] } = behaviour;
  let lateRoles = behaviour.lateRoles ?? 0;
  const state = { group: false, account: false, images: new Set<string>() };
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
    runner_secret_references: references,
    gitlab_key_vault: 'kgx',
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
    if (text.startsWith('az provider show')) return json(['West Europe']);
    if (text.includes('render-terraform')) return json({ '//': { secrets: ofMap } });
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
      return done(!text.includes('-target') ? 'all' : text.includes('vault') ? 'foundation' : 'rights');
    if (text.startsWith('terraform') && text.includes(' output '))
      return json(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])));
    if (text.startsWith('az acr repository show'))
      return state.images.has(after('--image')) ? { code: 0, stdout: `${DIGEST}\n`, stderr: '' } : exists(false);
    if (text.startsWith('docker push') || text.startsWith('az acr build')) {
      const image = text.startsWith('docker')
        ? (command.at(-1) ?? '').replace('crx.azurecr.io/', '')
        : after('--image');
      state.images.add(image);
      return done(`image ${image}`);
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
