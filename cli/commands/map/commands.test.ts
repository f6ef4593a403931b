import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { parseMapping } from '../../../shared/domain/mapping/source/parse-mapping.ts';
import { parseRuntimeMapping } from '../../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { parseHcl } from '../../../test/parse-hcl.ts';
import { renderHelm } from './render-helm.ts';
import { renderJson } from './render-json.ts';
import { renderTerraform } from './render-terraform.ts';
import { schema } from './schema.ts';
import { show } from './show.ts';
import { validate } from './validate.ts';

const goldenFolder = new URL('../../../test/golden/mapping/', import.meta.url);
const golden = (file: string) => fileURLToPath(new URL(file, goldenFolder));
const read = (file: string) => readFileSync(new URL(file, goldenFolder), 'utf8');

function aMapping(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, index) => `  - jira_project: P${index}\n    repo: group/app-${index}\n`,
  );
  return `bindings:\n${lines.join('')}`;
}

describe('golden files: what people see changes only on purpose', () => {
  const files = { 'cmap.yaml': read('cmap.yaml'), 'bad.yaml': read('bad.yaml') };

  it('the runtime JSON', async () => {
    const io = createMemoryIO({ files });

    expect(await renderJson({ paths: ['cmap.yaml'], compact: false, json: false }, io)).toBe(0);
    await expect(io.stdout).toMatchFileSnapshot(golden('runtime.json'));
    expect(io.stderr).toBe('');
  });

  it('the variables of Terraform', async () => {
    const io = createMemoryIO({ files });

    expect(await renderTerraform({ paths: ['cmap.yaml'], json: false }, io)).toBe(0);
    await expect(io.stdout).toMatchFileSnapshot(golden('map.auto.tfvars.json'));
    expect(io.stderr).toBe('');
  });

  it('the values of the Helm chart', async () => {
    const io = createMemoryIO({ files });

    expect(await renderHelm({ paths: ['cmap.yaml'], json: false }, io)).toBe(0);
    await expect(io.stdout).toMatchFileSnapshot(golden('map.values.yaml'));
    expect(io.stderr).toBe('');
  });

  it('the table', async () => {
    const io = createMemoryIO({ files });

    expect(await show({ path: 'cmap.yaml', json: false }, io)).toBe(0);
    await expect(io.stdout).toMatchFileSnapshot(golden('show.txt'));
  });

  it('a good file', async () => {
    const io = createMemoryIO({ files });

    expect(await validate({ paths: ['cmap.yaml'], checkEnv: false, json: false }, io)).toBe(0);
    await expect(io.stdout).toMatchFileSnapshot(golden('validate.txt'));
  });

  it('a good file as JSON', async () => {
    const io = createMemoryIO({ files });

    expect(await validate({ paths: ['cmap.yaml'], checkEnv: false, json: true }, io)).toBe(0);
    await expect(io.stdout).toMatchFileSnapshot(golden('validate.json'));
  });

  it('a bad file', async () => {
    const io = createMemoryIO({ files });

    expect(await validate({ paths: ['bad.yaml'], checkEnv: false, json: false }, io)).toBe(1);
    await expect(io.stderr).toMatchFileSnapshot(golden('validate-bad.txt'));
    expect(io.stdout).toBe('');
  });
});

describe('render-json', () => {
  it.each([
    { name: 'the golden mapping', text: read('cmap.yaml') },
    {
      name: 'the shipped example',
      text: readFileSync(new URL('../../../examples/cmap.yaml', import.meta.url), 'utf8'),
    },
    { name: 'a mapping without defaults', text: aMapping(1) },
    { name: 'many bindings', text: aMapping(50) },
  ])('prints what the runtime reads as the same bindings: $name', async ({ text }) => {
    for (const compact of [true, false]) {
      const io = createMemoryIO({ files: { 'cmap.yaml': text } });
      await renderJson({ paths: ['cmap.yaml'], compact, json: false }, io);

      expect(parseRuntimeMapping(io.stdout)).toEqual(parseMapping(text));
    }
  });

  it('warns when the JSON is too long for an app setting, and still prints it', async () => {
    const io = createMemoryIO({ files: { 'cmap.yaml': aMapping(400) } });

    expect(await renderJson({ paths: ['cmap.yaml'], compact: true, json: false }, io)).toBe(0);
    expect(io.stderr).toContain('JIRA_PROJECT_MAP_SOURCE');
    expect(Object.keys(JSON.parse(io.stdout).mappings)).toHaveLength(400);
  });
});

/** Goes before the bindings. */
const NEEDS_SECRETS = `defaults:
  events: {url_ref: Team-A, format: generic}
  validate_env: {NPM_TOKEN: {secret_ref: npm}, OTHER: {secret_ref: default}, PLAIN: text}
`;

describe('render-terraform', () => {
  const infra = new URL('../../../infra/', import.meta.url);
  const variables = readdirSync(infra)
    .filter((name) => /^variables.*\.tf$/.test(name))
    .flatMap((name) => parseHcl(readFileSync(new URL(name, infra), 'utf8')).blocks);
  const typeOf = (name: string) =>
    variables
      .find(({ type, labels }) => type === 'variable' && labels[0] === name)
      ?.attributes.find((attribute) => attribute.name === 'type')?.text;

  it('names variables of infra/ and gives them values of their types', async () => {
    const io = createMemoryIO({ files: { 'cmap.yaml': read('cmap.yaml') } });
    await renderTerraform({ paths: ['cmap.yaml'], json: false }, io);

    const { '//': comment, ...values } = JSON.parse(io.stdout);
    const types = Object.fromEntries(Object.keys(values).map((name) => [name, typeOf(name)?.replaceAll(' ', '')]));
    expect(types).toEqual({
      project_map: 'string',
      credential_aliases: 'set(string)',
      map_secrets: 'set(string)',
    });
    expect(values).toEqual({
      project_map: expect.any(String),
      credential_aliases: ['platform_team'],
      map_secrets: ['events-url--platform-hook'],
    });
    expect(comment.secrets).toEqual(['gitlab-token', 'gitlab-token--platform-team', 'events-url--platform-hook']);
  });

  it('carries a map that the runtime reads as the same bindings', async () => {
    const io = createMemoryIO({ files: { 'cmap.yaml': read('cmap.yaml') } });
    await renderTerraform({ paths: ['cmap.yaml'], json: false }, io);

    expect(parseRuntimeMapping(JSON.parse(io.stdout).project_map)).toEqual(parseMapping(read('cmap.yaml')));
  });

  it('names the secrets of events and of `validate`, as infra/ takes them', async () => {
    const io = createMemoryIO({ files: { 'cmap.yaml': `${NEEDS_SECRETS}${aMapping(2)}` } });
    expect(await renderTerraform({ paths: ['cmap.yaml'], json: false }, io)).toBe(0);

    const { map_secrets: secrets } = JSON.parse(io.stdout);
    expect(secrets).toEqual(['events-url--team-a', 'events-secret--team-a', 'validate-secret', 'validate-secret--npm']);
    const condition = readFileSync(new URL('variables.tf', infra), 'utf8');
    const pattern = /can\(regex\("([^"]+)", secret\)\)/.exec(condition)?.[1] ?? 'missing';
    for (const secret of secrets) expect(secret).toMatch(new RegExp(pattern));
  });

  it('names no alias that infra/ refuses, however long the map lets it be', async () => {
    const longest = `a${'_b1'.repeat(21)}`;
    const io = createMemoryIO({
      files: { 'cmap.yaml': `defaults: {credential_ref: ${longest.toUpperCase()}}\n${aMapping(1)}` },
    });
    expect(await renderTerraform({ paths: ['cmap.yaml'], json: false }, io)).toBe(0);

    const condition = readFileSync(new URL('variables.tf', infra), 'utf8');
    const pattern = /can\(regex\("([^"]+)", alias\)\)/.exec(condition)?.[1] ?? 'missing';
    expect(JSON.parse(io.stdout).credential_aliases).toEqual([longest]);
    expect(longest).toMatch(new RegExp(pattern));
  });

  it('warns when the map is too long for a setting, and still prints it', async () => {
    const io = createMemoryIO({ files: { 'cmap.yaml': aMapping(400) } });

    expect(await renderTerraform({ paths: ['cmap.yaml'], json: false }, io)).toBe(0);
    expect(io.stderr).toContain('JIRA_PROJECT_MAP_SOURCE');
    expect(io.stderr).not.toContain('--compact');
  });
});

describe('render-helm', () => {
  const render = async (text: string, json = false) => {
    const io = createMemoryIO({ files: { 'cmap.yaml': text } });
    expect(await renderHelm({ paths: ['cmap.yaml'], json }, io)).toBe(0);
    return io;
  };
  // Signs that mean something in YAML.
  const odd = `${aMapping(1)}    validate: "printf '%s' '---\\n...\\n# %ü: |-'"\n`;

  it.each([
    { name: 'the golden mapping', text: read('cmap.yaml') },
    { name: 'signs of YAML', text: odd },
    { name: 'many bindings', text: aMapping(50) },
  ])('carries a map that the runtime reads as the same bindings, as YAML and as JSON: $name', async ({ text }) => {
    for (const json of [false, true]) {
      const { map } = parse((await render(text, json)).stdout);
      expect(parseRuntimeMapping(map)).toEqual(parseMapping(text));
    }
  });

  it.each([false, true])(
    'names the secrets of events and of `validate` for the program that reads them',
    async (json) => {
      const values = parse((await render(`${NEEDS_SECRETS}${aMapping(2)}`, json)).stdout);
      expect(values.mapSecrets).toEqual({
        functions: { EVENTS_URL__TEAM_A: 'events-url--team-a', EVENTS_SECRET__TEAM_A: 'events-secret--team-a' },
        runner: { VALIDATE_SECRET: 'validate-secret', VALIDATE_SECRET__NPM: 'validate-secret--npm' },
      });
      expect(parse((await render(aMapping(2), json)).stdout)).not.toHaveProperty('mapSecrets');
    },
  );

  it('keeps an alias that is a word of YAML', async () => {
    const { stdout } = await render(`defaults: {credential_ref: "no"}\n${aMapping(1)}`);

    expect(stdout).toContain('"no": "gitlab-token--no"');
  });

  it('warns when the map is too long for a ConfigMap, and still prints it', async () => {
    const { stderr, stdout } = await render(aMapping(1000));

    expect(stderr).toMatch(/^cmap\.yaml: too long for a ConfigMap; put it into a blob/);
    expect(Object.keys(JSON.parse(parse(stdout).map).mappings)).toHaveLength(1000);
  });
});

describe('validate', () => {
  it.each([
    { env: { GITLAB_TOKEN: 'x' }, exitCode: 0, stderr: '' },
    { env: {}, exitCode: 1, stderr: 'cmap.yaml: GITLAB_TOKEN is not set (credential default, used by P0)\n' },
  ])('checks the environment only when asked: $env', async ({ env, exitCode, stderr }) => {
    const io = createMemoryIO({ files: { 'cmap.yaml': aMapping(1) }, env });

    expect(await validate({ paths: ['cmap.yaml'], checkEnv: true, json: false }, io)).toBe(exitCode);
    expect(io.stderr).toBe(stderr);
    expect(await validate({ paths: ['cmap.yaml'], checkEnv: false, json: false }, io)).toBe(0);
  });

  it('misses the URL of a webhook and what signs its events', async () => {
    const events = '    events: { url_ref: team_a }\n';
    const io = createMemoryIO({ files: { 'cmap.yaml': aMapping(1) + events }, env: { GITLAB_TOKEN: 'x' } });

    expect(await validate({ paths: ['cmap.yaml'], checkEnv: true, json: false }, io)).toBe(1);
    expect(io.stderr).toBe(
      'cmap.yaml: EVENTS_URL__TEAM_A is not set (credential team_a, used by P0)\n' +
        'cmap.yaml: EVENTS_SECRET__TEAM_A is not set (credential team_a, used by P0)\n',
    );
  });

  it('warns of two projects on one repository, and says whose settings count', async () => {
    const text = `${aMapping(1)}  - jira_project: OPS\n    repo: GROUP/APP-0\n`;
    const [plain, asJson, shown] = [0, 1, 2].map(() => createMemoryIO({ files: { 'cmap.yaml': text } }));
    if (!plain || !asJson || !shown) throw new Error('three were made');

    expect(await validate({ paths: ['cmap.yaml'], checkEnv: false, json: false }, plain)).toBe(0);
    await validate({ paths: ['cmap.yaml'], checkEnv: false, json: true }, asJson);
    await show({ path: 'cmap.yaml', json: false }, shown);

    const sentence = 'is bound by P0, OPS: P0 is listed first and speaks for its merge requests';
    expect(plain.stderr).toContain(`cmap.yaml: warning: group/app-0 ${sentence}`);
    expect(JSON.parse(asJson.stdout).warnings).toEqual([expect.stringContaining(sentence)]);
    expect(shown.stdout).toContain(sentence);
    const parsed = parseMapping(text);
    expect('bindings' in parsed && createBindings(parsed.bindings).byRepo('group/app-0')?.jiraProject).toBe('P0');
  });

  it('never shows a value of the environment', async () => {
    const io = createMemoryIO({ files: { 'cmap.yaml': aMapping(1) }, env: { GITLAB_TOKEN: 'canary-value' } });

    await validate({ paths: ['cmap.yaml'], checkEnv: true, json: true }, io);

    expect(io.stdout + io.stderr).not.toContain('canary-value');
  });

  it('names only the first of many users of a credential', async () => {
    const io = createMemoryIO({ files: { 'cmap.yaml': aMapping(8) } });

    await validate({ paths: ['cmap.yaml'], checkEnv: false, json: false }, io);

    expect(io.stdout).toContain('P0, P1, P2, P3, P4 and 3 more');
  });
});

it('names the images that the deployment must have in the variables of Terraform, and none where there are none', async () => {
  const text =
    'bindings:\n  - { jira_project: A1, repo: g/a, image: python }\n  - { jira_project: B1, repo: g/b, image: go }\n';
  const [named, plain] = [text, text.replaceAll(/, image: \w+/g, '')].map((yaml) =>
    createMemoryIO({ files: { 'cmap.yaml': yaml } }),
  );
  if (!named || !plain) throw new Error('two were made');
  for (const io of [named, plain]) await renderTerraform({ paths: ['cmap.yaml'], json: false }, io);
  expect(JSON.parse(named.stdout)['//']).toMatchObject({ runner_images: ['go', 'python'] });
  expect(JSON.parse(plain.stdout)['//']).not.toHaveProperty('runner_images');
});

describe('show', () => {
  it('shows the map in force without a file, and what is odd about it', async () => {
    const storage = createMemoryStorage();
    const mappings = { PROJ: { repo: 'group/app' } };
    await storage.appliedMaps.record({ generation: 3, appliedAt: 0, json: JSON.stringify({ mappings }) });
    const tools = () => createMemoryTools({ storage, mappings: { ...mappings, OPS: { repo: 'group/ops' } } });
    const [plain, asJson] = [createMemoryIO(), createMemoryIO()];

    expect(await show({ json: false }, plain, tools)).toBe(0);
    expect(plain.stdout).toMatch(/^JIRA +REPO .*\nPROJ +group\/app /);
    expect(plain.stdout).not.toContain('group/ops');
    expect(plain.stdout).toContain('The source of the map differs for OPS and is not in force before a reload.');
    await show({ json: true }, asJson, tools);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ notes: [expect.any(String)], bindings: [{ repo: 'group/app' }] });
  });

  it('has a column for images where a binding names one', async () => {
    const text =
      'defaults: { image: python }\nbindings:\n  - { jira_project: A1, repo: g/a }\n  - { jira_project: B1, repo: g/b, image: null }\n';
    const io = createMemoryIO({ files: { 'cmap.yaml': text } });
    await show({ path: 'cmap.yaml', json: false }, io);
    expect(io.stdout).toMatch(/REVIEW +IMAGE\nA1 .* python\nB1 .* on\s*\n/);
  });

  it('shows the heading in bold only where colours are shown', async () => {
    const [plain, colored] = [false, true].map((color) =>
      createMemoryIO({ files: { 'cmap.yaml': aMapping(1) }, color }),
    );
    if (!plain || !colored) throw new Error('two were made');

    await show({ path: 'cmap.yaml', json: false }, plain);
    await show({ path: 'cmap.yaml', json: false }, colored);

    expect(plain.stdout).not.toContain('\u001B');
    expect(colored.stdout).toContain('\u001B[1mJIRA');
  });
});

describe('schema', () => {
  it('prints the schema that is checked in', () => {
    const io = createMemoryIO();

    expect(schema(io)).toBe(0);
    expect(io.stdout).toBe(readFileSync(new URL('../../../cmap.schema.json', import.meta.url), 'utf8'));
  });
});
