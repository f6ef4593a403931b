import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { functionsSchema } from '../functions/app/settings.ts';
import { runnerSchema } from '../runner-container/app/settings.ts';
import { FOUNDATION, RIGHTS } from '../scripts/deploy/plan-deployment.ts';
import { type HclBlock, parseHcl } from './parse-hcl.ts';
import { infra, initialize, terraform } from './terraform.ts';

const root = path.resolve(infra, '..');
const schemaFile = path.join(root, 'test/fixtures/terraform/azurerm-schema.json');

const files = readdirSync(infra).filter((name) => name.endsWith('.tf'));
const sources = new Map(files.map((name) => [name, readFileSync(path.join(infra, name), 'utf8')]));
const blocks = [...sources].flatMap(([file, source]) => parseHcl(source).blocks.map((block) => ({ file, ...block })));
const modules = readdirSync(path.join(infra, 'modules')).map((name) => {
  const folder = path.join(infra, 'modules', name);
  const texts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return { name, texts, blocks: texts.flatMap((text) => parseHcl(text).blocks) };
});
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

  it.skipIf(!terraform)('is taken by terraform init, tests included, as far as it gets without providers', () => {
    expect(initialize()).toMatch(/^Error: Failed to query available provider packages/m);
    expect(initialize((tests) => `${tests}run "a" {}\nrun "a" {}\n`)).toContain('Duplicate "run" block names');
  });

  it.each(modules)(
    'of the module $name begins with a sentence, and the module makes nothing',
    ({ texts, blocks: own }) => {
      for (const text of texts) expect(text).toMatch(/^# [A-Z].*[.:]/);
      expect(own.map(({ type }) => type).filter((type) => type === 'resource' || type === 'data')).toEqual([]);
    },
  );

  it.each(['environments', 'tests'])('of %s can be read', (folder) => {
    const names = readdirSync(path.join(infra, folder)).filter((name) => /\.(tfvars|hcl)$/.test(name));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) parseHcl(readFileSync(path.join(infra, folder, name), 'utf8'));
  });
});

describe('the schema of the provider', () => {
  const schema = readSchema();

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
  const declared = declaredBy(blocks);

  it.each([{ name: 'the root', texts: [...sources.values()], blocks }, ...modules])(
    'of $name that are used are declared, and those that are declared are used',
    ({ texts, blocks: own }) => {
      const text = texts.join('\n');
      const known = declaredBy(own);
      const used = text
        .replaceAll(/^\s*#.*$/gm, '')
        .matchAll(/\b((?:var|local|module)\.\w+|(?:data\.)?(?:azurerm|azapi)_\w+\.\w+)/g);
      expect([...new Set([...used].map(([, name = '']) => name))].filter((name) => !known.has(name))).toEqual([]);
      const unused = [...known].filter(
        (name) => /^(var|local|module)\./.test(name) && text.split(new RegExp(`\\b${name}\\b`)).length < 2,
      );
      expect(unused).toEqual([]);
    },
  );

  it('of arguments and outputs of modules are those the module has', () => {
    for (const { labels, attributes } of blocks.filter(({ type }) => type === 'module')) {
      const module = modules.find(({ name }) => name === labels[0]);
      const namesOf = (type: string) => module?.blocks.filter((one) => one.type === type).map((one) => one.labels[0]);
      expect(new Set(attributes.map(({ name }) => name))).toEqual(new Set(['source', ...(namesOf('variable') ?? [])]));
      for (const [, output] of everything.matchAll(new RegExp(`module\\.${labels[0]}\\.(\\w+)`, 'g')))
        expect(namesOf('output')).toContain(output);
    }
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
      for (const one of required.filter((need) => !GIVEN_BY_DEPLOY.has(need))) expect(given, name).toContain(one);
    }
  });
});

describe('the tests of Terraform', () => {
  it('have names of their own, or Terraform refuses the file', () => {
    const names = parseHcl(readFileSync(path.join(infra, 'tests/promises.tftest.hcl'), 'utf8'))
      .blocks.filter(({ type }) => type === 'run')
      .map(({ labels }) => labels[0] ?? '');
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  });
});

describe('the first of the three applies of a deployment', () => {
  const named = (prefix: string, type: string) =>
    blocks
      .filter((block) => block.type === type)
      .map((block) => [`${prefix}${block.labels.join('.')}`, textOf(block)] as const);
  const texts = new Map<string, string>([
    ...resources.map((block) => [block.labels.join('.'), textOf(block)] as const),
    ...blocks
      .filter(({ type }) => type === 'locals')
      .flatMap(({ attributes }) => attributes.map(({ name, text }) => [`local.${name}`, text] as const)),
    ...named('module.', 'module'),
    ...named('output.', 'output'),
  ]);
  const refersTo = (name: string) =>
    [...texts.keys()].filter((other) => other !== name && mentions(texts.get(name) ?? '', other));
  /** Resources something is computed from; what they need themselves comes along with them. */
  const resourcesBehind = (name: string): string[] =>
    refersTo(name).flatMap((other) => (/^(local|module)\./.test(other) ? resourcesBehind(other) : [other]));

  it('names resources that exist', () => {
    for (const name of [...FOUNDATION, ...RIGHTS]) expect([...texts.keys()]).toContain(name);
  });

  it('opens the way to vaults and storage, which secrets and map take before anything else is made', () => {
    const doors = resources.filter(({ labels: [type = ''] }) =>
      /private_endpoint|zone_virtual_network_link/.test(type),
    );
    const peerings = resources.filter(({ labels }) => labels.join('.') === 'azapi_resource.peering');
    const names = [...doors, ...peerings].map(({ labels }) => labels.join('.'));
    expect(names).toHaveLength(3);
    expect(FOUNDATION).toEqual(expect.arrayContaining(names));
  });

  it('leaves the rights of both programs to the second, where every secret they are on is set', () => {
    const rights = resources.filter(({ labels: [type = ''] }) => type === 'azurerm_role_assignment');
    const names = rights.map(({ labels }) => labels.join('.')).filter((name) => !FOUNDATION.includes(name));
    expect(names).toEqual(RIGHTS);
  });

  it.each(['registry', 'storage_account', 'key_vault', 'gitlab_key_vault', 'secrets_to_set', 'command_line_settings'])(
    'makes everything the output %s is computed from, because Terraform knows no other output then',
    (output) => {
      const behind = [...new Set(resourcesBehind(`output.${output}`))];
      expect(behind.length).toBeGreaterThan(0);
      expect(behind.filter((name) => !FOUNDATION.includes(name))).toEqual([]);
    },
  );
});

describe('what the programs rely on', () => {
  const localOf = (name: string) =>
    blocks
      .filter(({ type }) => type === 'locals')
      .flatMap(({ attributes }) => attributes)
      .find((one) => one.name === name)?.text ?? '';
  const wordsOf = (text: string) => [...text.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word);
  it('queues, tables and containers have the names of the code', () => {
    const state = readFileSync(path.join(root, 'shared/adapters/storage/state-account.ts'), 'utf8');
    const queue = readFileSync(path.join(root, 'shared/adapters/storage/queues/queue-account.ts'), 'utf8');
    const tables = [...state.matchAll(/openTable\(account, `\$\{prefix\}(\w+)`\)/g)].map(([, name]) => name);
    expect(tables).toHaveLength(3);
    expect(wordsOf(localOf('tables'))).toEqual(tables);
    expect(wordsOf(localOf('queues'))).toEqual([...queue.matchAll(/_QUEUE = '([^']+)'/g)].map(([, name]) => name));
    expect(wordsOf(localOf('containers'))).toContain(/CONTAINER_NAME = '([^']+)'/.exec(state)?.[1]);
  });

  const settingsModule = modules.find(({ name }) => name === 'settings');
  const keysOf = (names: string[]) =>
    (settingsModule?.blocks ?? [])
      .flatMap(({ attributes }) => attributes)
      .filter(({ name }) => names.includes(name))
      .flatMap(({ text }) => [...text.matchAll(/\b([A-Za-z]\w*) = /g)].map(([, key = '']) => key))
      .filter((key) => /^[A-Z]{3}|__/.test(key));

  it.each([
    {
      program: 'functions',
      schema: Object.keys(functionsSchema.shape),
      names: ['common_settings', 'functions_only', 'functions_secrets_of'],
    },
    {
      program: 'runner',
      schema: Object.keys(runnerSchema.shape),
      names: ['common_settings', 'runner_only', 'runner_secrets_of'],
    },
  ])('every setting of the $program can be set, and every one that is set is read', ({ schema, names }) => {
    const given = keysOf(names);
    expect(given.length).toBeGreaterThan(20);
    expect(given.filter((name) => !schema.includes(name) && !READ_BY_OTHERS.has(name))).toEqual([]);
    expect(schema.filter((name) => !given.includes(name) && !SET_BY_NOBODY.has(name))).toEqual([]);
  });

  it('every setting of docs/configuration.md is known here', () => {
    const page = readFileSync(path.join(root, 'docs/configuration.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name);
    const given = keysOf([
      'common_settings',
      'functions_only',
      'functions_secrets_of',
      'runner_only',
      'runner_secrets_of',
    ]);
    expect(documented.length).toBeGreaterThan(60);
    expect(documented.filter((name) => !given.includes(name) && !SET_BY_NOBODY.has(name))).toEqual([]);
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

  it.each(['azapi_resource.functions', 'azurerm_container_app_job.runner', 'azurerm_container_app.collector'])(
    '%s is made after its rights and after the private way to what it reads',
    (name) => {
      const resource = resources.find(({ labels }) => labels.join('.') === name);
      const after = resource?.attributes.find((one) => one.name === 'depends_on')?.text.replaceAll(' ', '') ?? '';
      for (const other of [...RIGHTS, 'azurerm_private_endpoint.this'])
        expect(after, `${name} after ${other}`).toContain(other);
      expect(after).toContain('azurerm_private_dns_zone_virtual_network_link.this');
    },
  );

  it('rights are given in one file only', () => {
    const givers = resources.filter(({ labels }) => /role_assignment|access_policy/.test(labels[0] ?? ''));
    expect([...new Set(givers.map(({ file }) => file))]).toEqual(['roles.tf']);
  });

  it('the runner reads no webhook secret and no admin secret', () => {
    const keys = keysOf(['runner_secrets_of']);
    expect(keys).toContain('JIRA_API_TOKEN');
    expect(keys.filter((name) => /WEBHOOK|ADMIN/.test(name))).toEqual([]);
  });

  it('alerts ask for lines the programs write', () => {
    const asked = readdirSync(path.join(infra, 'queries/alerts')).map((name) => name.replace('.kql', ''));
    const rules = [...localOf('alerts').matchAll(/([a-z-]+) = \{/g)].map(([, name]) => name);
    expect(rules.toSorted()).toEqual(asked.toSorted());
    // What each asks for is compared with the log calls in infra-queries.slow.test.ts.
    const health = readFileSync(path.join(infra, 'queries/alerts/backlog.kql'), 'utf8');
    expect(health).toContain('"event":"health"');
  });

  it('tables are made without the shared key, and what must not be lost cannot be destroyed', () => {
    expect(resources.filter(({ labels }) => labels[0] === 'azurerm_storage_table')).toEqual([]);
    const kept = resources
      .filter(({ blocks: inner }) =>
        inner.some(
          ({ type, attributes }) =>
            type === 'lifecycle' && attributes.some(({ name, text }) => name === 'prevent_destroy' && text === 'true'),
        ),
      )
      .map(({ labels }) => labels.join('.'));
    expect(kept.toSorted()).toEqual([
      'azapi_resource.audit_container',
      'azurerm_key_vault.this',
      'azurerm_storage_account.this',
    ]);
  });

  it('no rule of retention reaches the audits but their own', () => {
    const policy = resources.find(({ labels }) => labels[0] === 'azurerm_storage_management_policy');
    const rules = policy?.blocks ?? [];
    expect(rules.length).toBe(3);
    for (const rule of rules) {
      const prefixes = rule.blocks.flatMap(({ attributes }) => attributes).find(({ name }) => name === 'prefix_match');
      expect(prefixes?.text, 'each rule has a prefix').toBeTruthy();
      expect(prefixes?.text).not.toMatch(/audits|ledger/);
    }
    expect(wordsOf(localOf('containers'))).toEqual(['artefacts', 'config', 'packages']);
    expect(localOf('audit_rules')).toContain('audits/');
  });

  it('the entrypoint that writes the certificates is that of the image', () => {
    const dockerfile = readFileSync(path.join(root, 'runner-container/Dockerfile'), 'utf8');
    const entrypoint = /^ENTRYPOINT (.+)$/m.exec(dockerfile)?.[1] ?? '';
    expect(wordsOf(localOf('runner_entrypoint'))).toEqual(JSON.parse(entrypoint));
  });

  it('resource providers are named for every namespace that is used', () => {
    const listed = wordsOf(localOf('resource_providers'));
    const used = [...everything.matchAll(/type\s+= "(Microsoft\.\w+)\//g)].map(([, name]) => name);
    for (const name of used) expect(listed).toContain(name);
    expect(listed).toContain('Microsoft.App');
  });

  it('the versions of the providers are locked, inside what is asked for', () => {
    const lock = readFileSync(path.join(infra, '.terraform.lock.hcl'), 'utf8');
    const locked = parseHcl(lock).blocks.map(({ labels, attributes }) => [
      labels[0]?.split('/').pop(),
      attributes[0]?.text,
    ]);
    expect(locked).toEqual([
      ['azapi', '"2.12.0"'],
      ['azurerm', '"5.2.0"'],
    ]);
    expect(everything).toMatch(/version = "~> 5\.2"/);
    expect(everything).toMatch(/version = "~> 2\.12"/);
  });
});

/** Read by the Functions host, by Node and git, or by the start of the container. */
const READ_BY_OTHERS = new Set([
  'AzureWebJobsStorage__credential',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
  'languageWorkers__node__arguments',
  'NODE_EXTRA_CA_CERTS',
  'COMPANY_CA_PEM',
]);

/**
 * The account takes no keys and is named by its addresses; GitLab tokens stand in their vault; the platform sets its
 * own.
 */
const SET_BY_NOBODY = new Set([
  'AzureWebJobsStorage',
  'AzureWebJobsStorage__accountName',
  'GITLAB_TOKEN',
  'GITLAB_TOKEN__<ALIAS>',
  'IDENTITY_ENDPOINT',
  'JIRA_OAUTH_TOKEN_URL',
]);

/** Everything a block says, nested blocks included. */
function textOf({ attributes, blocks: inner }: HclBlock): string {
  return [...attributes.map(({ text }) => text), ...inner.map(textOf)].join(' ');
}

function mentions(text: string, name: string): boolean {
  const [first, second] = name.split('.');
  return new RegExp(`\\b${first}\\s*\\.\\s*${second}\\b`).test(text);
}

const GIVEN_BY_DEPLOY = new Set(['subscription_id', 'runner_image_tag']);

function declaredBy(own: (HclBlock & { file?: string })[]): Set<string> {
  const made = own.filter(({ type }) => type === 'resource' || type === 'data');
  return new Set([
    ...made.map(({ type, labels }) => `${type === 'data' ? 'data.' : ''}${labels.join('.')}`),
    ...own.filter(({ type }) => type === 'variable').map(({ labels }) => `var.${labels[0]}`),
    ...own.filter(({ type }) => type === 'module').map(({ labels }) => `module.${labels[0]}`),
    ...own
      .filter(({ type }) => type === 'locals')
      .flatMap(({ attributes }) => attributes.map(({ name }) => `local.${name}`)),
  ]);
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

function never(): never {
  throw new Error('not reached');
}
