import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

import { applyModule, refuseEnvironment, refuseVariables, terraform } from './terraform.ts';

// Terraform itself computes these: the modules make nothing, so no provider and no subscription is needed.
const BASE = {
  subscription_id: '00000000-0000-0000-0000-000000000000',
  environment: 'test',
  location: 'westeurope',
  gitlab_url: 'https://gitlab.example.com',
  model: { kind: 'openai', base_url: 'https://model.example.com/v1', name: 'some-model' },
  runner_image_tag: '0.1.0',
};
const RENDERED = JSON.parse(readFileSync(new URL('golden/mapping/map.auto.tfvars.json', import.meta.url), 'utf8'));
const ID = '11111111-1111-1111-1111-111111111111';
const NETWORK_ID = `/subscriptions/${ID}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub`;
const SUBNET = `${NETWORK_ID}/subnets/a`;

const ACCEPTED = [
  { name: 'a deployment that says the least', values: {} },
  { name: 'quarters of a core', values: { runner: { cpu: 0.75, memory: '1.5Gi' } } },
  { name: 'a GitLab without Jira', values: { jira: null, webhooks: { jira: false } } },
  { name: 'Jira with a Bearer token', values: { jira: { url: 'https://jira.example.com' } } },
  { name: 'a network of your own', values: { network: ownNetwork() } },
  { name: 'a peering', values: { network: { peer_with: { hub: NETWORK_ID } } } },
  { name: 'a proxy', values: { proxy: { url: 'http://proxy.example.com:3128' } } },
  { name: 'operators by their ids', values: { operators: [ID] } },
  { name: 'what `cmap render-terraform` prints', values: RENDERED },
  {
    name: 'a map with signs that mean something to Terraform',
    values: { project_map: '{"mappings":{"A":"${b} %{c}"}}' },
  },
  {
    name: 'images for other toolchains',
    values: {
      runner_images: {
        python: { image: 'cmap-runner-python:3.13' },
        'go-124': { image: `teams/go@sha256:${'a'.repeat(64)}`, cpu: 4, memory: '8Gi', max_executions: 1 },
      },
    },
  },
  {
    name: 'an image that is built, before and after it is',
    values: {
      runner_images: { python: { dockerfile: 'examples/runner-images/python.Dockerfile' } },
      built_runner_images: { python: `cmap-runner-python@sha256:${'a'.repeat(64)}` },
    },
  },
  { name: 'an image by its digest', values: { runner_image_tag: `sha256:${'a'.repeat(64)}` } },
];

const REFUSED = [
  { name: 'a third of a core', values: { runner: { cpu: 0.3, memory: '0.6Gi' } }, says: 'steps of 0.25' },
  { name: 'memory that does not fit', values: { runner: { cpu: 1, memory: '4Gi' } }, says: 'twice as many Gi' },
  { name: 'no executions at all', values: { runner: { max_executions: 0 } }, says: 'from 1 to 300' },
  { name: 'polling every second', values: { runner: { polling_interval_in_seconds: 1 } }, says: 'from 5 to 300' },
  { name: 'an e-mail as operator', values: { operators: ['me@example.com'] }, says: 'not e-mail addresses' },
  { name: 'an e-mail as auditor', values: { auditors: ['me@example.com'] }, says: 'not e-mail addresses' },
  { name: 'an address that is none', values: { alert_emails: ['team'] }, says: 'must be e-mail addresses' },
  { name: 'a tag of ours', values: { tags: { product: 'x' } }, says: 'sets them itself' },
  { name: 'a tag with a sign Azure refuses', values: { tags: { 'a<b': 'x' } }, says: 'without < >' },
  { name: 'an image that changes by itself', values: { runner_image_tag: 'latest' }, says: 'would change without' },
  ...['Python', 'a_b', 'abcdefghijk', 'default', 'poison', 'runner'].map((name) => ({
    name: `an image called ${name}`,
    values: { runner_images: { [name]: { image: 'x:1' } } },
    says: 'lower case letters and digits',
  })),
  ...['x', 'x:latest', 'docker.io:443/x', 'X:1', '/x:1'].map((image) => ({
    name: `an image for Python that is ${image}`,
    values: { runner_images: { python: { image } } },
    says: 'with a version or a digest',
  })),
  ...[{}, { image: 'x:1', dockerfile: 'python/Dockerfile' }].map((python, index) => ({
    name: index === 0 ? 'an image from nowhere' : 'an image that is pushed and built',
    values: { runner_images: { python } },
    says: 'either image, which you push, or dockerfile',
  })),
  {
    name: 'an image that was built and changes by itself',
    values: { built_runner_images: { python: 'cmap-runner-python:latest' } },
    says: 'with a digest or a version',
  },
  {
    name: 'half a size of an image',
    values: { runner_images: { python: { image: 'x:1', cpu: 1 } } },
    says: 'cpu and memory together',
  },
  {
    name: 'an image without executions',
    values: { runner_images: { python: { image: 'x:1', max_executions: 0 } } },
    says: 'from 1 to 300',
  },
  {
    name: 'an endpoint without a model',
    values: { model: { kind: 'openai', base_url: 'https://x.example' } },
    says: 'needs model.base_url and model.name',
  },
  {
    name: 'Copilot without a token',
    values: { model: { kind: 'github', keyless: true } },
    says: 'always needs its token',
  },
  {
    name: 'a network that is too small',
    values: { network: { address_space: '10.0.0.0/25' } },
    says: '/24 or larger',
  },
  {
    name: 'a private address as the way in',
    values: { network: { operator_ip_ranges: ['10.1.0.0/16'] } },
    says: 'refuse private ones',
  },
  { name: 'subnets without zones', values: { network: { ...ownNetwork(), dns_zone_ids: {} } }, says: 'all four' },
  {
    name: 'rules for subnets of your own',
    values: { network: { ...ownNetwork(), restrict_egress: true } },
    says: 'are yours',
  },
  {
    name: 'a proxy with a password',
    values: { proxy: { url: 'http://u:p@proxy:3128' } },
    says: 'without user, password',
  },
  {
    name: 'a private key as certificate',
    values: { company_ca: '-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----' },
    says: 'no private key',
  },
  {
    name: 'a secret among the settings',
    values: { extra_settings: { runner: { NPM_TOKEN: 'x' } } },
    says: 'goes into extra_secrets',
  },
  {
    name: 'audits deleted before they may be',
    values: { audit: { keep_days: { json: 100 } } },
    says: 'must not end before',
  },
  {
    name: 'a schedule of five fields',
    values: { audit: { schedule: '0 5 * * *', versions: ['2.4.0'] } },
    says: 'six fields',
  },
  { name: 'a schedule of nothing', values: { audit: { schedule: '0 0 5 * * *' } }, says: 'need each other' },
  { name: 'versions without a schedule', values: { audit: { versions: ['2.4.0'] } }, says: 'need each other' },
  {
    name: 'a version with a comma',
    values: { audit: { schedule: '0 0 5 * * *', versions: ['2.4, 2.5'] } },
    says: 'without commas',
  },
  {
    name: 'a sign-in to Jira by OAuth at the site',
    values: { jira: { url: 'https://x.atlassian.net', oauth_client_id: 'client' } },
    says: 'goes without email',
  },
  {
    name: 'a retention of runs below what the functions take',
    values: { settings: { run_retention_days: 3 } },
    says: 'from 7 to 3650',
  },
  {
    name: 'an image of the collector without a tag',
    values: { telemetry: { collector_image: 'docker.io/otel/x' } },
    says: 'a tag or digest',
  },
  {
    name: 'a Jira address with a slash',
    values: { jira: { url: 'https://x.atlassian.net/' } },
    says: 'end without a slash',
  },
  { name: 'a map that is YAML', values: { project_map: 'bindings: []' }, says: 'JSON of a rendered map' },
  { name: 'a region by its long name', values: { location: 'West Europe' }, says: 'short name' },
];

describe.skipIf(!terraform)('the variables', () => {
  const said = new Map<string, string>();
  beforeAll(() => {
    const cases = [...ACCEPTED, ...REFUSED];
    const answers = refuseVariables(cases.map(({ values }) => ({ ...BASE, ...values })));
    for (const [index, { name }] of cases.entries()) said.set(name, answers[index] ?? '');
  });

  it.each(ACCEPTED)('take $name', ({ name }) => {
    expect(said.get(name)).toBe('');
  });

  it.each(REFUSED)('refuse $name, and say why', ({ name, says }) => {
    expect(said.get(name)).toContain(says);
  });

  it.each(['dev.tfvars', 'prod.tfvars'])('take environments/%s with what the deployment gives', (file) => {
    expect(refuseEnvironment(file, { subscription_id: BASE.subscription_id, runner_image_tag: '1' })).toBe('');
  });
});

const Settings = z.object({
  functions: z.record(z.string(), z.string()),
  functions_secrets: z.record(z.string(), z.string()),
  runner: z.record(z.string(), z.string()),
  runner_secrets: z.record(z.string(), z.string()),
  readers: z.record(z.string(), z.array(z.string())),
  gitlab_secrets: z.array(z.string()),
});

function computeSettings(more: Record<string, unknown> = {}, made: Record<string, unknown> = {}) {
  const deployment = {
    gitlab_url: BASE.gitlab_url,
    jira: { url: 'https://x.atlassian.net', email: 'a@b.example', site_url: null },
    webhooks: { gitlab: 'secret', jira: true },
    credential_aliases: ['platform_team'],
    map_secrets: ['events-url--team-a'],
    project_map: null,
    model: { ...BASE.model, api_version: null, keyless: false },
    settings: Object.fromEntries(SETTING_FIELDS.map((name) => [name, null])),
    extra_settings: { functions: {}, runner: {} },
    extra_secrets: { functions: {}, runner: {} },
    audit: { schedule: null, versions: [] },
    proxy: null,
    company_ca: null,
    wall_clock_minutes: 60,
    runner_images: [],
    ...more,
  };
  const rest = {
    name: 'cmap-test',
    storage_uris: { blob: 'https://b', queue: 'https://q', table: 'https://t' },
    vault_uris: { programs: 'https://kv/', gitlab: 'https://kg/' },
    client_ids: { functions: 'id-f', runner: 'id-r' },
    insights: 'InstrumentationKey=0',
    collector: null,
    ...made,
  };
  const hcl = (value: unknown) => `jsondecode(${JSON.stringify(JSON.stringify(value)).replaceAll('${', '$${')})`;
  return Settings.parse(applyModule('settings', `  deployment = ${hcl(deployment)}\n  made = ${hcl(rest)}`));
}

const SETTING_FIELDS = [
  'agent_id log_level retry_base_seconds sweep_patience_seconds otel_exporter_otlp_endpoint otel_service_name jira_project_map',
  'jira_project_map_source poll_jira_schedule poll_gitlab_schedule sweep_schedule run_retention_days runner_grace_seconds runner_idle_seconds runner_runs_at_once',
  'runs_per_month tokens_per_month cost_per_month',
  'model_prices price_currency weekly_report_schedule weekly_report_issue weekly_report_webhook',
  'runner_workspace_root',
  'runner_agent_user runner_require_isolation runner_lease_seconds runner_max_attempts runner_inactivity_seconds',
  'runner_validate_minutes max_concurrent_runs transcripts git_author_name git_author_email',
].flatMap((line) => line.split(' '));

describe.skipIf(!terraform)('the settings of both programs', () => {
  it('come without a connection string, and name each program its own identity', () => {
    const { functions, runner } = computeSettings();
    expect(functions).not.toHaveProperty('AzureWebJobsStorage');
    expect(runner).not.toHaveProperty('AzureWebJobsStorage');
    expect([functions['AZURE_CLIENT_ID'], runner['AZURE_CLIENT_ID']]).toEqual(['id-f', 'id-r']);
    expect(functions['JIRA_PROJECT_MAP_SOURCE']).toBe('https://b/config/project-map.json');
  });

  it('name no source of the map where its text is given, because the source would win', () => {
    const { functions, runner } = computeSettings({ project_map: RENDERED.project_map });
    for (const settings of [functions, runner]) {
      expect(settings['JIRA_PROJECT_MAP']).toBe(RENDERED.project_map);
      expect(settings).not.toHaveProperty('JIRA_PROJECT_MAP_SOURCE');
    }
  });

  it('read GitLab tokens from the vault that holds nothing else', () => {
    const { functions, runner, readers, gitlab_secrets } = computeSettings();
    expect([functions['KEY_VAULT_URI'], runner['KEY_VAULT_URI']]).toEqual(['https://kg/', 'https://kg/']);
    expect(Object.keys(readers).filter((name) => name.startsWith('gitlab-token'))).toEqual([]);
    expect(gitlab_secrets).toEqual(['gitlab-token', 'gitlab-token--platform-team', 'events-url--team-a']);
  });

  it('let each program read its own secrets only', () => {
    expect(computeSettings().readers).toEqual({
      'jira-api-token': ['functions', 'runner'],
      'copilot-provider-api-key': ['runner'],
      'gitlab-webhook-secret': ['functions'],
      'jira-webhook-secret': ['functions'],
      'cmap-admin-secret': ['functions'],
    });
  });

  it('ask for no secret of Jira and no webhook where there is none', () => {
    const { functions, runner, readers } = computeSettings({ jira: null, webhooks: { gitlab: 'off', jira: true } });
    for (const given of [functions, runner])
      expect(Object.keys(given).filter((name) => /^JIRA_(URL|EMAIL|API)/.test(name))).toEqual([]);
    expect(readers).toEqual({ 'copilot-provider-api-key': ['runner'], 'cmap-admin-secret': ['functions'] });
  });

  it('ask for no key where the endpoint takes none', () => {
    const { readers, runner } = computeSettings({ model: { ...BASE.model, api_version: null, keyless: true } });
    expect(readers).not.toHaveProperty('copilot-provider-api-key');
    expect(runner['COPILOT_PROVIDER_BASE_URL']).toBe('https://model.example.com/v1');
  });

  it('name an endpoint of your own only where there is one', () => {
    const model = { kind: 'github', base_url: null, name: null, api_version: null, keyless: false };
    const { runner, runner_secrets } = computeSettings({ model });
    expect(Object.keys(runner).filter((name) => name.startsWith('COPILOT_'))).toEqual([]);
    expect(runner_secrets['GITHUB_TOKEN']).toBe('github-token');
  });

  it('send telemetry to the collector with a token from the vault, and nowhere without one', () => {
    const { functions, runner, readers, functions_secrets } = computeSettings(
      {},
      { collector: 'https://otel.example' },
    );
    expect([functions['OTEL_EXPORTER_OTLP_ENDPOINT'], runner['OTEL_EXPORTER_OTLP_ENDPOINT']]).toEqual([
      'https://otel.example',
      'https://otel.example',
    ]);
    expect(functions_secrets['OTEL_EXPORTER_OTLP_HEADERS']).toBe('otlp-headers');
    expect(readers['otlp-headers']).toEqual(['functions', 'runner']);
    expect(computeSettings().functions).not.toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  it('keep the audit off unless it has a schedule', () => {
    expect(computeSettings().functions).not.toHaveProperty('AUDIT_SCHEDULE');
    expect(computeSettings().functions).not.toHaveProperty('AUDIT_VERSIONS');
    const audit = { schedule: '0 0 5 * * *', versions: ['2.4.0', '2.5.0'] };
    expect(computeSettings({ audit }).functions).toMatchObject({
      AUDIT_SCHEDULE: '0 0 5 * * *',
      AUDIT_VERSIONS: '2.4.0,2.5.0',
    });
  });

  it('give both programs the two secrets of a sign-in to Jira by OAuth, and no API token', () => {
    const jira = {
      url: 'https://api.atlassian.com/ex/jira/1',
      site_url: 'https://x.atlassian.net',
      oauth_client_id: 'client',
    };
    const { functions, functions_secrets, runner, runner_secrets, readers } = computeSettings({ jira });
    const secrets = {
      JIRA_OAUTH_CLIENT_SECRET: 'jira-oauth-client-secret',
      JIRA_OAUTH_REFRESH_TOKEN: 'jira-oauth-refresh-token',
    };
    for (const settings of [functions, runner]) expect(settings['JIRA_OAUTH_CLIENT_ID']).toBe('client');
    for (const given of [functions_secrets, runner_secrets]) {
      expect(given).toMatchObject(secrets);
      expect(given).not.toHaveProperty('JIRA_API_TOKEN');
    }
    expect(readers['jira-oauth-refresh-token']).toEqual(['functions', 'runner']);
  });

  it('bring the proxy and the certificates to both programs', () => {
    const { functions, runner } = computeSettings({
      proxy: { url: 'http://proxy:3128', no_proxy: ['gitlab.internal'] },
      company_ca: 'PEM',
    });
    for (const given of [functions, runner]) {
      expect(given).toMatchObject({ HTTPS_PROXY: 'http://proxy:3128', NODE_USE_ENV_PROXY: '1' });
      expect(given['NO_PROXY']).toContain('169.254.169.254');
      expect(given['NO_PROXY']).toContain('gitlab.internal');
      expect(given['NODE_EXTRA_CA_CERTS']).toMatch(/company-ca\.pem$/);
    }
    expect(runner['COMPANY_CA_PEM']).toBe('PEM');
    expect(functions['languageWorkers__node__arguments']).toBe('--use-bundled-ca');
  });

  it('take what has no field of its own, and give each program the right to its own secrets', () => {
    const { runner, functions, readers } = computeSettings({
      extra_settings: { functions: {}, runner: { NEW_SETTING: '1' } },
      extra_secrets: { functions: {}, runner: { NPM_TOKEN: 'npm-token' } },
    });
    expect(runner['NEW_SETTING']).toBe('1');
    expect(functions).not.toHaveProperty('NEW_SETTING');
    expect(readers['npm-token']).toEqual(['runner']);
  });
});

const Rules = z.object({
  rules: z.array(
    z.object({
      name: z.string(),
      direction: z.string(),
      access: z.string(),
      priority: z.number(),
      addresses: z.array(z.string()),
      ports: z.array(z.string()),
    }),
  ),
});

describe.skipIf(!terraform)('the rules of the private network', () => {
  const compute = (restrict: boolean, inbound = false) =>
    Rules.parse(
      applyModule(
        'egress',
        `restrict = ${restrict}\ninbound_https = ${inbound}\nallowed = { gitlab = { addresses = ["203.0.113.10/32"], ports = ["443", "22"] } }`,
      ),
    ).rules;

  it('let nothing in, and everything out where nothing is restricted', () => {
    expect(compute(false).map(({ name }) => name)).toEqual(['deny-internet']);
  });

  it('let out what the platform needs and what is named, and refuse the rest last', () => {
    const out = compute(true).filter(({ direction }) => direction === 'Outbound');
    expect(out.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['allow-identities', 'allow-dns', 'allow-platform-images', 'allow-own-gitlab']),
    );
    expect(out.at(-1)).toMatchObject({ name: 'deny-all-else', access: 'Deny', priority: 4000 });
    const priorities = out.map(({ priority }) => priority);
    expect(priorities).toEqual([...new Set(priorities)].toSorted((a, b) => a - b));
    expect(out.find(({ name }) => name === 'allow-own-gitlab')?.ports).toEqual(['443', '22']);
  });

  it('let the functions reach the collector, where there is one', () => {
    expect(
      compute(true, true)
        .filter(({ direction }) => direction === 'Inbound')
        .map(({ name }) => name),
    ).toEqual(['allow-collector', 'deny-internet']);
  });
});

const Workbook = z.object({
  data_json: z.string(),
  queries: z.record(z.string(), z.object({ title: z.string(), description: z.string(), text: z.string() })),
});
const Page = z.object({
  version: z.literal('Notebook/1.0'),
  fallbackResourceIds: z.array(z.string()),
  items: z.array(
    z.object({
      type: z.number(),
      name: z.string(),
      content: z.looseObject({
        query: z.string().optional(),
        title: z.string().optional(),
        visualization: z.string().optional(),
      }),
    }),
  ),
});

describe.skipIf(!terraform)('the workbook', () => {
  const compute = () =>
    Workbook.parse(applyModule('workbook', 'workspace_id = "/w"\nprices = { input = 2.5, output = 10 }'));

  it('shows one page with everything an operator asks for, each panel with a query and a title', () => {
    const { data_json } = compute();
    const page = Page.parse(JSON.parse(data_json));
    const panels = page.items.filter(({ type }) => type === 3);
    expect(panels.map(({ name }) => name)).toEqual([
      ...['runs', 'outcomes', 'time-to-merge-request', 'failures', 'spend', 'queue', 'pollers', 'webhooks'],
      ...['reviews', 'bindings', 'credentials', 'availability', 'runner-starts'],
    ]);
    for (const { content, name } of panels) {
      expect(content.query, name).toMatch(/\n(\||let |AppT)/);
      expect(content.title, name).toBeTruthy();
      expect(['table', 'barchart', 'timechart']).toContain(content.visualization);
    }
    expect(page.fallbackResourceIds).toEqual(['/w']);
  });

  it('knows what a million tokens cost', () => {
    const spend = compute().queries['spend']?.text ?? '';
    expect(spend).toContain('let priceOfInput = 2.500000;');
    expect(spend).toContain('let priceOfOutput = 10.000000;');
  });
});

function ownNetwork() {
  return {
    subnet_ids: { functions: SUBNET, runners: SUBNET, endpoints: SUBNET },
    dns_zone_ids: { blob: '/z', queue: '/z', table: '/z', vault: '/z' },
  };
}
