import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { functionsSchema } from '../functions/app/settings.ts';
import { runnerSchema } from '../runner-container/app/settings.ts';
import { type HclBlock, listObjectKeys, parseHcl } from './parse-hcl.ts';

const root = path.resolve(import.meta.dirname, '..');
const infra = path.join(root, 'infra');
const schemaFile = path.resolve(root, '../shared/terraform/azurerm-schema.json');
const hasSchema = existsSync(schemaFile);
if (!hasSchema) process.stderr.write('infra: the schema of the provider is not here, so arguments were not checked\n');
const terraform = findTerraform();
if (!terraform) process.stderr.write('infra: terraform is not here, so its own formatter was not asked\n');

const files = readdirSync(infra).filter((name) => name.endsWith('.tf'));
const sources = new Map(files.map((name) => [name, readFileSync(path.join(infra, name), 'utf8')]));
const blocks = [...sources].flatMap(([file, source]) => parseHcl(source).blocks.map((block) => ({ file, ...block })));
const resources = blocks.filter(({ type }) => type === 'resource' || type === 'data');
const everything = [...sources.values()].join('\n');

describe('parseHcl', () => {
  it('reads blocks, attributes, dynamic blocks, nested quotes and comments', () => {
    const { blocks: parsed } = parseHcl(`
# a comment with "quotes" { and braces
resource "a_b" "c" {
  name = "x-\${var.y["z"]}-{" // trailing
  list = [
    1, # one
    { k = "v" },
  ]
  dynamic "env" {
    for_each = local.all
    content { name = env.key }
  }
}
`);
    expect(parsed).toMatchObject([
      {
        type: 'resource',
        labels: ['a_b', 'c'],
        attributes: [{ name: 'name', text: `"x-\${var.y["z"]}-{"` }, { name: 'list' }],
        blocks: [{ type: 'env', attributes: [{ name: 'name', text: 'env . key' }] }],
      },
    ]);
  });

  it.each([
    { name: 'a block that is not closed', source: 'a {\n b = 1\n' },
    { name: 'a text that is not closed', source: 'a = "b\n' },
    { name: 'a brace too many', source: 'a {\n}\n}\n' },
  ])('refuses $name', ({ source }) => {
    expect(() => parseHcl(source)).toThrow(/^line /);
  });
});

describe('every file', () => {
  it.each(files)('%s begins with a sentence', (name) => {
    expect(sources.get(name)).toMatch(/^# [A-Z].*[.:]/);
  });

  it.skipIf(!terraform)('is formatted as terraform does it, and understood by it', () => {
    const format = () =>
      execFileSync(terraform ?? '', ['fmt', '-check', '-diff', '-recursive', infra], { env: {}, encoding: 'utf8' });
    expect(format()).toBe('');
  });

  it.each(['environments', 'tests'])('of %s can be read', (folder) => {
    const names = readdirSync(path.join(infra, folder));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) parseHcl(readFileSync(path.join(infra, folder, name), 'utf8'));
  });
});

describe.skipIf(!hasSchema)('the schema of the provider', () => {
  const schema = hasSchema ? readSchema() : { resources: {}, data: {}, provider_config: {} };

  it.each(
    resources
      .filter(({ labels: [type = ''] }) => type.startsWith('azurerm_'))
      .map((block) => ({ name: `${block.type} ${block.labels.join('.')}`, block })),
  )('knows what $name says, and nothing it needs is missing', ({ block }) => {
    const known = (block.type === 'data' ? schema.data : schema.resources)[block.labels[0] ?? ''];
    expect(known, `${block.labels[0]} is in the schema`).toBeDefined();
    expect(checkBlock(block, known ?? {}, block.labels.join('.'))).toEqual([]);
  });

  it('knows what the provider is told', () => {
    const provider = blocks.find(({ type, labels }) => type === 'provider' && labels[0] === 'azurerm');
    const names = Object.keys(schema.provider_config);
    for (const { name } of provider?.attributes ?? []) expect(names).toContain(name);
  });

  it('has every attribute that is referred to', () => {
    const references = [...everything.matchAll(/\b(data\.)?(azurerm_\w+)\.(\w+)(?:\[[^\]]*\])?\.(\w+)/g)];
    expect(references.length).toBeGreaterThan(50);
    const unknown = references.filter(([, data, type = '', , attribute = '']) => {
      const known = (data ? schema.data : schema.resources)[type] ?? {};
      return !(attribute in known) && !(`${attribute} {}` in known);
    });
    expect(unknown.map(([text]) => text)).toEqual([]);
  });

  it('is really asked: each kind of mistake is found', () => {
    const job = parseHcl(`resource "azurerm_storage_queue" "x" {
  nam    = "a"
  id_of  = 1
  extra {}
}`).blocks[0];
    expect(checkBlock(job ?? never(), schema.resources['azurerm_storage_queue'] ?? {}, 'x')).toEqual([
      'x has no argument nam',
      'x has no argument id_of',
      'x has no block extra',
      'x needs name',
      'x needs storage_account_id',
    ]);
  });
});

describe('names', () => {
  const declared = new Set([
    ...resources.map(({ type, labels }) => `${type === 'data' ? 'data.' : ''}${labels.join('.')}`),
    ...blocks.filter(({ type }) => type === 'variable').map(({ labels }) => `var.${labels[0]}`),
    ...blocks
      .filter(({ type }) => type === 'locals')
      .flatMap(({ attributes }) => attributes.map(({ name }) => `local.${name}`)),
  ]);

  it('that are used are declared', () => {
    const used = [
      ...everything
        .replaceAll(/^\s*#.*$/gm, '')
        .matchAll(/\b((?:var|local)\.\w+|(?:data\.)?(?:azurerm|azapi)_\w+\.\w+)/g),
    ];
    expect([...new Set(used.map(([, name = '']) => name))].filter((name) => !declared.has(name))).toEqual([]);
  });

  it('that are declared are used', () => {
    const unused = [...declared].filter(
      (name) => /^(var|local)\./.test(name) && everything.split(new RegExp(`\\b${name}\\b`)).length < 2,
    );
    expect(unused).toEqual([]);
  });

  it('of variables come with a type and a description', () => {
    for (const { labels, attributes } of blocks.filter(({ type }) => type === 'variable'))
      expect(
        attributes.map(({ name }) => name),
        labels[0],
      ).toEqual(expect.arrayContaining(['description', 'type']));
  });

  it('of the values in environments/ and tests/ are variables, and the required ones are there', () => {
    const variables = blocks.filter(({ type }) => type === 'variable');
    const required = variables
      .filter(({ attributes }) => !attributes.some(({ name }) => name === 'default'))
      .map(({ labels }) => labels[0] ?? '');
    for (const name of readdirSync(path.join(infra, 'environments'))) {
      const given = parseHcl(readFileSync(path.join(infra, 'environments', name), 'utf8')).attributes.map(
        (one) => one.name,
      );
      for (const one of given) expect(declared, name).toContain(`var.${one}`);
      for (const one of required.filter((need) => need !== 'subscription_id')) expect(given, name).toContain(one);
    }
  });
});

describe('what the programs rely on', () => {
  const localOf = (name: string) =>
    blocks
      .filter(({ type }) => type === 'locals')
      .flatMap(({ attributes }) => attributes)
      .find((one) => one.name === name)?.text ?? '';
  const wordsOf = (text: string) => [...text.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word);
  const settings = (names: string[]) =>
    names.flatMap((name) => (name.startsWith('(') ? wordsOf(name).filter((word) => /^[A-Z]/.test(word)) : [name]));

  it('queues, tables and containers have the names of the code', () => {
    const state = readFileSync(path.join(root, 'shared/adapters/storage/state-account.ts'), 'utf8');
    const queue = readFileSync(path.join(root, 'shared/adapters/storage/queues/queue-account.ts'), 'utf8');
    const tables = /TABLE_NAMES = \[([^\]]+)\]/.exec(state)?.[1]?.replaceAll("'", '').split(', ');
    expect(wordsOf(localOf('tables'))).toEqual(tables);
    expect(wordsOf(localOf('queues'))).toEqual([...queue.matchAll(/_QUEUE = '([^']+)'/g)].map(([, name]) => name));
    expect(wordsOf(localOf('containers'))).toContain(/CONTAINER_NAME = '([^']+)'/.exec(state)?.[1]);
  });

  it.each([
    {
      program: 'functions',
      schema: Object.keys(functionsSchema.shape),
      names: ['common_settings', 'functions_secrets', 'functions_settings'],
    },
    {
      program: 'runner',
      schema: Object.keys(runnerSchema.shape),
      names: [
        'common_settings',
        'runner_model_settings',
        'runner_optional_settings',
        'runner_settings',
        'runner_secrets',
      ],
    },
  ])('every setting of the $program is one it reads', ({ schema, names }) => {
    const given = names.flatMap((name) => settings(listSettings(localOf(name))));
    expect(given.length).toBeGreaterThan(10);
    expect(given.filter((name) => !schema.includes(name) && !PLATFORM_SETTINGS.has(name))).toEqual([]);
  });

  it('secrets reach the programs by reference only: no variable and no output carries one', () => {
    const carriers = blocks
      .filter(({ type }) => type === 'variable' || type === 'output')
      .map(({ labels }) => labels[0] ?? '');
    expect(carriers.filter((name) => /token|password|key$|connection/.test(name))).toEqual([]);
    const outputs = blocks
      .filter(({ type }) => type === 'output')
      .flatMap(({ attributes }) => attributes.map(({ text }) => text));
    expect(outputs.filter((text) => /access_key|connection_string|shared_key|password/.test(text))).toEqual([]);
    expect(everything).not.toMatch(/azurerm_key_vault_secret|primary_access_key|account_key/i);
  });

  it('rights are given in one file only', () => {
    const givers = resources.filter(({ labels }) => /role_assignment|access_policy/.test(labels[0] ?? ''));
    expect([...new Set(givers.map(({ file }) => file))]).toEqual(['roles.tf']);
  });

  it('the runner reads no webhook secret and no admin secret', () => {
    const readers = localOf('secrets');
    expect(readers).toMatch(/"jira-webhook-secret" = \[ "functions" \]/);
    expect(readers).toMatch(/"cmap-admin-secret" = \[ "functions" \]/);
    expect(readers).toMatch(/\( local \. webhook_secret \) = \[ "functions" \]/);
  });

  it('alerts ask for lines the programs write', () => {
    const lines = [
      ...localOf('alerts').matchAll(/event\\":\\"([a-z ]+)\\"/g),
      ...everything.matchAll(/'\\"event\\":\\"([a-z ]+)\\"'/g),
    ];
    const events = new Set(lines.map(([, event = '']) => event));
    expect(events.size).toBeGreaterThan(3);
    const code = ['shared', 'functions', 'runner-container']
      .map((folder) => readCode(path.join(root, folder)))
      .join('\n');
    for (const event of events) expect(code, event).toMatch(new RegExp(`log\\.(info|warn|error)\\('${event}'`));
    for (const field of ['oldestSeconds', 'poison']) expect(code).toContain(field);
  });
});

/** Read by the Functions host and by the platform, not by our code. */
const PLATFORM_SETTINGS = new Set([
  'AzureWebJobsStorage__credential',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
]);

/** Keys of the object, or of each object inside `merge(...)` and conditions. */
function listSettings(text: string): string[] {
  const objects: string[] = [];
  for (let index = text.indexOf('{'); index !== -1; index = text.indexOf('{', index)) {
    let depth = 0;
    let end = index;
    for (; end < text.length; end += 1) {
      if (text[end] === '{') depth += 1;
      if (text[end] === '}') depth -= 1;
      if (depth === 0) break;
    }
    objects.push(text.slice(index, end + 1));
    index = end;
  }
  const computed = objects.flatMap((one) => [...one.matchAll(/\(([^()]*)\) =/g)].map(([, inner = '']) => `(${inner}`));
  return [...objects.filter((one) => !one.startsWith('{ for')).flatMap(listObjectKeys), ...computed];
}

interface Known {
  [name: string]: string | Known;
}
const Known: z.ZodType<Known> = z.record(z.string(), z.union([z.string(), z.lazy(() => Known)]));
const Schema = z.object({
  resources: z.record(z.string(), Known),
  data: z.record(z.string(), Known),
  provider_config: Known,
});

function readSchema(): z.infer<typeof Schema> {
  return Schema.parse(JSON.parse(readFileSync(schemaFile, 'utf8')));
}

const META_ARGUMENTS = new Set(['for_each', 'count', 'depends_on', 'provider']);
const META_BLOCKS = new Set(['lifecycle', 'timeouts']);

/** What the schema does not know or misses, one sentence each. Flags are explained in the schema's own legend. */
function checkBlock(block: HclBlock, known: Known, where: string): string[] {
  const flagsOf = (name: string) => {
    const value = known[name];
    return typeof value === 'string' ? (value.split(' ').at(-1) ?? '') : undefined;
  };
  const unknown = block.attributes
    .filter(({ name }) => !META_ARGUMENTS.has(name))
    .flatMap(({ name }) => {
      const flags = flagsOf(name);
      if (flags === undefined) return [`${where} has no argument ${name}`];
      if (!/[RO]/.test(flags)) return [`${where}: ${name} cannot be set`];
      return flags.includes('D') ? [`${where}: ${name} is deprecated`] : [];
    });
  const nested = block.blocks
    .filter(({ type }) => !META_BLOCKS.has(type))
    .flatMap((child) => {
      const inner = known[`${child.type} {}`];
      if (typeof inner !== 'object') return [`${where} has no block ${child.type}`];
      return checkBlock(child, inner, `${where}.${child.type}`);
    });
  const missing = Object.entries(known).flatMap(([name, value]) => {
    if (typeof value === 'string') {
      const given = block.attributes.some((one) => one.name === name);
      return flagsOf(name)?.includes('R') && !given ? [`${where} needs ${name}`] : [];
    }
    const [least = 0, most = Number.POSITIVE_INFINITY] = readRange(value['_']);
    const count = block.blocks.filter(({ type }) => `${type} {}` === name).length;
    if (count < least) return [`${where} needs a block ${name.replace(' {}', '')}`];
    return count > most ? [`${where} has too many blocks ${name.replace(' {}', '')}`] : [];
  });
  return [...unknown, ...nested, ...missing];
}

/** `list 1..*` */
function readRange(text: unknown): [number?, number?] {
  const [, least, most] = /(\d+)\.\.(\d+|\*)/.exec(String(text)) ?? [];
  return [Number(least ?? 0), most === undefined || most === '*' ? Number.POSITIVE_INFINITY : Number(most)];
}

function readCode(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
}

function findTerraform(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, 'terraform')).find((file) => existsSync(file));
}

function never(): never {
  throw new Error('not reached');
}
