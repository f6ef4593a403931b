import { describe, expect, it } from 'vitest';

import { evaluateInfra } from './evaluate-infra.ts';
import { terraform } from './terraform.ts';

// What the whole directory computes to, by Terraform's own evaluator; only the providers are missing.
const BASE = {
  subscription_id: '00000000-0000-0000-0000-000000000000',
  environment: 'test',
  location: 'westeurope',
  gitlab_url: 'https://gitlab.example.com',
  jira: { url: 'https://x.atlassian.net', email: 'agent@example.com' },
  model: { kind: 'openai', base_url: 'https://model.example.com/v1', name: 'some-model' },
  runner_image_tag: '0.1.0',
};
const ID = '11111111-1111-1111-1111-111111111111';
const OTHER = '33333333-3333-3333-3333-333333333333';
const NETWORK = `/subscriptions/${ID}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v`;

// biome-ignore lint/suspicious/noExplicitAny: values of thirty kinds of resources, each read at one or two places
type Values = Record<string, any>;
const evaluated = new Map<string, Values>();
/** Nothing is asked of Terraform twice: the same values give the same. */
function evaluate(more: Record<string, unknown> = {}): Values {
  const key = JSON.stringify(more);
  const values = evaluated.get(key) ?? evaluateInfra({ ...BASE, ...more });
  evaluated.set(key, values);
  return values;
}

describe.skipIf(!terraform)('a deployment', () => {
  it('has names Azure takes, also with the longest of ours', () => {
    const values = evaluate({ name: 'abcdefghij', environment: 'longer' });
    for (const vault of Object.values<Values>(values['azurerm_key_vault.this']))
      expect(vault['name']).toMatch(/^[a-z][a-z0-9]{2,23}$/);
    expect(values['azurerm_storage_account.this'].name).toMatch(/^[a-z0-9]{3,24}$/);
    expect(values['azurerm_container_registry.this'].name).toMatch(/^[a-z0-9]{5,50}$/);
    expect(values['azurerm_container_app_job.runner'].runner.name).toMatch(/^[a-z][a-z0-9-]{1,31}$/);
    expect(values['azapi_resource.functions'].name.length).toBeLessThanOrEqual(60);
  });

  it('gives each program its rights and nothing more', async () => {
    const grants = evaluate()['azurerm_role_assignment.program'];
    const rights = Object.entries<Values>(grants).map(
      ([name, { role_definition_name }]) => `${name}: ${role_definition_name}`,
    );
    await expect(`${rights.toSorted().join('\n')}\n`).toMatchFileSnapshot('golden/infra/rights.txt');
    const ofTheRunner = Object.entries<Values>(grants).filter(([name]) => name.startsWith('runner'));
    for (const [name, { scope }] of ofTheRunner) expect(scope, name).not.toMatch(/azurerm_storage_account-this$/);
  });

  it('lets a new alias be read at once: no right and no setting names an alias', () => {
    const [without, with_] = [evaluate(), evaluate({ credential_aliases: ['new_team'] })];
    expect(with_['azurerm_role_assignment.program']).toEqual(without['azurerm_role_assignment.program']);
    expect(with_['azapi_resource.functions']).toEqual(without['azapi_resource.functions']);
    expect(with_['azurerm_container_app_job.runner']).toEqual(without['azurerm_container_app_job.runner']);
    expect(Object.values(with_['outputs'].secrets_to_set).flat()).toContain('gitlab-token--new-team');
  });

  it('asks for the secrets of events and of `validate` that a map names', () => {
    const secrets = ['validate-secret--npm', 'events-url--team-a'];
    const names = Object.values(evaluate({ map_secrets: secrets })['outputs'].secrets_to_set);
    expect(names).toContainEqual(['gitlab-token', 'events-url--team-a', 'validate-secret--npm']);
  });

  it('lets operators run it, and auditors read what is kept for them and nothing else', () => {
    const people = Object.values<Values>(
      evaluate({ operators: [ID], auditors: [ID, OTHER] })['azurerm_role_assignment.people'],
    );
    const of = (who: string) =>
      people.filter(({ principal_id }) => principal_id === who).map((one) => one['role_definition_name']);
    expect(of(ID)).toHaveLength(7);
    expect(of(OTHER).toSorted()).toEqual([
      'Storage Blob Data Reader',
      'Storage Blob Data Reader',
      'Storage Blob Delegator',
    ]);
  });

  it('keeps audits and the ledger from being changed, and each kind for its own time', () => {
    const values = evaluate({ audit: { immutable_days: 400, keep_days: { logs: 500 } } });
    for (const { body } of Object.values<Values>(values['azapi_resource.audit_container']))
      expect(body.properties).toMatchObject({
        publicAccess: 'None',
        immutableStorageWithVersioning: { enabled: true },
      });
    for (const { body } of Object.values<Values>(values['azapi_resource.audit_immutability']))
      expect(body.properties.immutabilityPeriodSinceCreationInDays).toBe(400);
    expect(values['azurerm_storage_account.this'].blob_properties[0].versioning_enabled).toBe(true);
    const rules = values['azurerm_storage_management_policy.this'].rule.map((rule: Values) => [
      rule['filters'][0].prefix_match.join(),
      rule['actions'][0].base_blob?.[0].delete_after_days_since_modification_greater_than,
    ]);
    expect(rules).toEqual([
      ['artefacts/', 30],
      ['artefacts/,config/,packages/', undefined],
      ['audits/evidence/', 2555],
      ['audits/json/', 2555],
      ['ledger/', 2555],
      ['audits/logs/', 500],
      ['audits/xlsx/', 2555],
    ]);
  });

  it('starts the image as it stands, unless certificates have to be written first', () => {
    expect(evaluate()['azurerm_container_app_job.runner'].runner.template[0].container[0].command).toBeNull();
    const { command } = evaluate({ company_ca: '-----BEGIN CERTIFICATE-----' })['azurerm_container_app_job.runner']
      .runner.template[0].container[0];
    expect(command.at(-1)).toMatch(/>"\$NODE_EXTRA_CA_CERTS" && exec \/usr\/bin\/tini -- /);
  });

  describe('with images for other toolchains', () => {
    const runner_images = {
      python: { image: 'cmap-runner-python:0.1.0' },
      'go-124': {
        image: 'teams/cmap-runner-go@sha256:'.concat('a'.repeat(64)),
        cpu: 4,
        memory: '8Gi',
        max_executions: 3,
      },
    };
    const jobOf = (values: Values, name: string) => {
      const job = values['azurerm_container_app_job.runner'][name];
      const { cpu, memory, image, env } = job.template[0].container[0];
      const [{ max_executions, rules }] = job.event_trigger_config[0].scale;
      const images = env.filter((one: Values) => /^RUNNER_IMAGE/.test(one['name']));
      const names = Object.fromEntries(images.map((one: Values) => [one['name'], one['value']]));
      return { name: job.name, cpu, memory, image, max_executions, queue: rules[0].metadata.queueName, ...names };
    };

    it('has a job and a queue for each, and tells both programs of all', () => {
      const values = evaluate({ runner_images });
      expect(jobOf(values, 'python')).toEqual({
        name: 'job-cmap-test-python',
        cpu: 2,
        memory: '4Gi',
        image: expect.stringMatching(/\.azurecr\.io\/cmap-runner-python:0\.1\.0$/),
        max_executions: 10,
        queue: 'tasks-python',
        RUNNER_IMAGE: 'python',
        RUNNER_IMAGES: 'go-124,python',
      });
      expect(jobOf(values, 'go-124')).toMatchObject({
        cpu: 4,
        memory: '8Gi',
        max_executions: 3,
        queue: 'tasks-go-124',
      });
      expect(jobOf(values, 'runner')).toMatchObject({ queue: 'tasks', RUNNER_IMAGES: 'go-124,python' });
      expect(jobOf(values, 'runner')).not.toHaveProperty('RUNNER_IMAGE');
      expect(Object.keys(values['azurerm_storage_queue.this'])).toEqual(
        expect.arrayContaining(['tasks', 'tasks-go-124', 'tasks-poison', 'tasks-python']),
      );
      expect(JSON.stringify(values['azapi_resource.functions'])).toContain('go-124,python');
      expect(values['outputs'].command_line_settings.RUNNER_IMAGES).toBe('go-124,python');
      expect(values['outputs'].runner_jobs).toEqual([
        'job-cmap-test-go-124',
        'job-cmap-test-python',
        'job-cmap-test-runner',
      ]);
    });

    it('lets each work on as many runs at once as is said for it, and lets those of several live longer', () => {
      const lifeOf = (values: Values, name: string) => {
        const job = values['azurerm_container_app_job.runner'][name];
        const env = new Map<string, string>(
          job.template[0].container[0].env.map((one: Values) => [one['name'], one['value']]),
        );
        // What the runner is told is what the platform does.
        expect(env.get('REPLICA_TIMEOUT_SECONDS')).toBe(String(job.replica_timeout_in_seconds));
        return `${env.get('RUNNER_RUNS_AT_ONCE') ?? 'one'}, ${job.replica_timeout_in_seconds / 60} minutes`;
      };
      const images = { python: { image: 'cmap-runner-python:0.1.0' } };
      const several = { python: { ...images.python, runs_at_once: 4 } };
      const alone = { python: { ...images.python, runs_at_once: 1 } };
      const all = evaluate({ settings: { runner_runs_at_once: 6 }, runner_images: images });
      expect([lifeOf(all, 'runner'), lifeOf(all, 'python')]).toEqual(['6, 270 minutes', '6, 270 minutes']);
      const one = evaluate({ settings: { runner_runs_at_once: 6 }, runner_images: alone });
      expect([lifeOf(one, 'runner'), lifeOf(one, 'python')]).toEqual(['6, 270 minutes', '1, 90 minutes']);
      const own = evaluate({ runner_images: several });
      expect([lifeOf(own, 'runner'), lifeOf(own, 'python')]).toEqual(['one, 90 minutes', '4, 270 minutes']);
    });

    it('has the job of a Dockerfile run what was built of it, and none before', () => {
      const dockerfile = { python: { dockerfile: 'examples/runner-images/python.Dockerfile' } };
      const built = { python: `cmap-runner-python@sha256:${'b'.repeat(64)}` };
      const values = evaluate({ runner_images: dockerfile, built_runner_images: built });
      expect(jobOf(values, 'python').image).toBe(`azurerm_container_registry-this.azurecr.io/${built.python}`);
      expect(jobOf(evaluate({ runner_images: dockerfile }), 'python').image).toBeNull();
    });

    it('gives the runners a right on each queue, and changes nothing else of the default job', () => {
      const [without, with_] = [evaluate(), evaluate({ runner_images })];
      const rights = (values: Values) => Object.keys(values['azurerm_role_assignment.program']);
      expect(rights(with_).filter((name) => !rights(without).includes(name))).toEqual([
        'runner queue tasks-go-124',
        'runner queue tasks-python',
      ]);
      const known = { ...jobOf(without, 'runner'), RUNNER_IMAGES: 'go-124,python' };
      expect(jobOf(with_, 'runner')).toEqual(known);
      expect(JSON.stringify(without)).not.toContain('RUNNER_IMAGE');
    });

    it('has names Azure takes, also with the longest of ours', () => {
      const image = { image: 'cmap-runner-x:1' };
      const values = evaluate({ name: 'abcdefghij', environment: 'longer', runner_images: { abcdefghij: image } });
      expect(jobOf(values, 'abcdefghij').name).toMatch(/^[a-z][a-z0-9-]{1,31}$/);
      expect(jobOf(values, 'abcdefghij').queue).toMatch(/^[a-z0-9-]{3,63}$/);
    });
  });

  it('asks health from outside, lets the question in, and can be told not to', () => {
    const ranges = { allowed_ip_ranges: ['203.0.113.0/24'] };
    const rules = evaluate(ranges)['azapi_resource.functions'].body.properties.siteConfig.ipSecurityRestrictions;
    expect(rules.map((rule: Values) => [rule['ipAddress'], rule['tag']])).toEqual([
      ['203.0.113.0/24', 'Default'],
      ['ApplicationInsightsAvailability', 'ServiceTag'],
    ]);
    const off = evaluate({ ...ranges, availability_test: [] });
    expect(off['azurerm_application_insights_standard_web_test.health']).toEqual([]);
    expect(off['azapi_resource.functions'].body.properties.siteConfig.ipSecurityRestrictions).toHaveLength(1);
  });

  it('asks what is urgent every five minutes, and looks back as far as the question says', () => {
    const alerts = evaluate({ alert_emails: ['a@b.example'] })['azurerm_monitor_scheduled_query_rules_alert_v2.this'];
    expect(evaluate()['azurerm_monitor_scheduled_query_rules_alert_v2.this']).toEqual({});
    expect(Object.keys(alerts)).toHaveLength(16);
    expect(alerts['polls-silent']).toMatchObject({
      evaluation_frequency: 'PT5M',
      window_duration: 'PT30M',
      query_time_range_override: 'PT6H',
    });
    expect(alerts['sweeper-silent'].query_time_range_override).toBe('P1D');
    expect(alerts['poison']).toMatchObject({ evaluation_frequency: 'PT15M', query_time_range_override: null });
  });

  it('sends telemetry through a collector that believes a token, and needs none where you have one', () => {
    const [app] = evaluate()['azurerm_container_app.collector'];
    const configuration = JSON.parse(app.template[0].container[0].env[0].value);
    expect(configuration.extensions.bearertokenauth.token).toBe('${env:OTLP_TOKEN}');
    expect(configuration.service.pipelines.metrics.exporters).toEqual(['azuremonitor']);
    expect(
      evaluate({ settings: { otel_exporter_otlp_endpoint: 'https://mine.example' } })[
        'azurerm_container_app.collector'
      ],
    ).toEqual([]);
  });

  it('names what makes the job read its secrets anew', () => {
    const { outputs } = evaluate();
    expect(outputs.runner_secret_references).toHaveLength(3);
    for (const one of outputs.runner_secret_references)
      expect(one).toMatch(/^[a-z-]+=keyvaultref:https:\/\/\S+\/secrets\/[a-z-]+,identityref:\/subscriptions\//);
  });

  it('links to what there is to look at', () => {
    const { outputs } = evaluate();
    for (const name of ['workbook_url', 'logs_url', 'traces_url', 'runner_executions_url'])
      expect(outputs[name]).toMatch(/^https:\/\/portal\.azure\.com\/#@[0-9a-f-]{36}\/resource\/subscriptions\//);
    expect(outputs.functions_url).toBe('https://func.azurewebsites.net');
    expect(outputs.runner_image).toMatch(/\.azurecr\.io\/cmap-runner:0\.1\.0$/);
  });
});

describe.skipIf(!terraform)('the private network', () => {
  it('closes the public doors, and has an endpoint for every service', () => {
    const values = evaluate({ private_network: true });
    expect(values['azurerm_storage_account.this']).toMatchObject({
      public_network_access_enabled: false,
      network_rules: [{ default_action: 'Deny' }],
    });
    for (const vault of Object.values<Values>(values['azurerm_key_vault.this']))
      expect(vault['public_network_access_enabled']).toBe(false);
    expect(Object.keys(values['azurerm_private_endpoint.this']).toSorted()).toEqual([
      'blob',
      'gitlab-vault',
      'queue',
      'table',
      'vault',
    ]);
  });

  // azurerm 5.2 answers a block that says what Azure does anyway as none, and each later plan would set it again.
  it('says of an open account what is not taken for the defaults of Azure', () => {
    expect(evaluate()['azurerm_storage_account.this']).toMatchObject({
      network_rules: [{ default_action: 'Allow', bypass: ['None'] }],
    });
    expect(evaluate({ private_network: true })['azurerm_storage_account.this']).toMatchObject({
      network_rules: [{ default_action: 'Deny', bypass: ['AzureServices'] }],
    });
  });

  it('opens them to operators and CI by their addresses, in the form each service takes', () => {
    const values = evaluate({
      private_network: true,
      network: { operator_ip_ranges: ['203.0.113.7/32', '198.51.100.0/24'] },
    });
    expect(values['azurerm_storage_account.this']).toMatchObject({
      public_network_access_enabled: true,
      network_rules: [{ default_action: 'Deny', ip_rules: ['203.0.113.7', '198.51.100.0/24'] }],
    });
  });

  it('has subnets the platform takes, one outbound address, security groups and peerings', () => {
    const network = {
      peer_with: { hub: NETWORK },
      restrict_egress: true,
      egress: { gitlab: { addresses: ['203.0.113.10/32'] } },
    };
    const values = evaluate({ private_network: true, network });
    const subnets = Object.entries<Values>(values['azurerm_subnet.this']).map(([name, { address_prefixes }]) => [
      name,
      ...address_prefixes,
    ]);
    expect(subnets).toEqual([
      ['endpoints', '10.90.0.64/27'],
      ['functions', '10.90.0.0/27'],
      ['runners', '10.90.0.32/27'],
    ]);
    expect(Object.keys(values['azurerm_subnet_nat_gateway_association.this'])).toEqual(['functions', 'runners']);
    expect(Object.keys(values['azurerm_subnet_network_security_group_association.this'])).toHaveLength(3);
    expect(values['azapi_resource.peering'].hub.body.properties.remoteVirtualNetwork.id).toBe(NETWORK);
    const rules = values['azurerm_network_security_group.this'][0].security_rule;
    expect(rules.map((rule: Values) => rule['name'])).toEqual(
      expect.arrayContaining(['allow-own-gitlab', 'allow-own-collector', 'deny-all-else', 'deny-internet']),
    );
    expect(values['outputs'].outbound_address).toBe('198.51.100.9');
  });

  it('leaves a network of your own alone, and uses its subnets and zones', () => {
    const subnet = (name: string) => `${NETWORK}/subnets/${name}`;
    const network = {
      subnet_ids: { functions: subnet('f'), runners: subnet('r'), endpoints: subnet('e') },
      dns_zone_ids: { blob: '/zones/blob', queue: '/zones/queue', table: '/zones/table', vault: '/zones/vault' },
    };
    const values = evaluate({ private_network: true, network });
    for (const name of ['virtual_network', 'network_security_group', 'nat_gateway'])
      expect(values[`azurerm_${name}.this`]).toEqual([]);
    expect(values['azurerm_private_dns_zone.this']).toEqual({});
    expect(values['azurerm_container_app_environment.this'].infrastructure_subnet_id).toBe(subnet('r'));
    expect(values['azapi_resource.functions'].body.properties.virtualNetworkSubnetId).toBe(subnet('f'));
    expect(values['azurerm_private_endpoint.this'].blob.private_dns_zone_group[0].private_dns_zone_ids).toEqual([
      '/zones/blob',
    ]);
  });
});
