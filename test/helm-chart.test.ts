import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import * as z from 'zod';

import { EVERY_FUNCTION, listFunctions } from '../functions/app/list-functions.ts';
import { functionsSchema, parseFunctionsSettings } from '../functions/app/settings.ts';
import { parseRunnerSettings, runnerSchema } from '../runner-container/app/settings.ts';
import { commonShape } from '../shared/app/settings/common-settings.ts';
import { parseRuntimeMapping } from '../shared/domain/mapping/source/parse-runtime-mapping.ts';
import {
  chart,
  DEPLOYMENTS,
  type Deployment,
  fingerprintLine,
  goldenFile,
  keepRelevant,
  mapValues,
  valuesFile,
} from './helm.ts';
import { parseHcl } from './parse-hcl.ts';
import { infra } from './terraform.ts';

// What helm rendered stands in golden/helm; helm-chart.e2e.test.ts renders it anew where helm is.
const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const values = parse(readFileSync(path.join(chart, 'values.yaml'), 'utf8'));
const schema = JSON.parse(readFileSync(path.join(chart, 'values.schema.json'), 'utf8'));
const production = parse(readFileSync(valuesFile('production'), 'utf8'));

const Document = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  spec: z.record(z.string(), z.any()).optional(),
  data: z.record(z.string(), z.string()).optional(),
});
const rendered = Object.fromEntries(
  DEPLOYMENTS.map((deployment) => {
    const documents = parseAllDocuments(readFileSync(goldenFile(deployment), 'utf8'));
    return [deployment, z.array(Document).parse(documents.map((one) => one.toJS()).filter(Boolean))];
  }),
);
const find = (deployment: Deployment, kind: string, name: string) => {
  const found = rendered[deployment]?.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`${deployment} has no ${kind} ${name}`);
  return found;
};
const podOf = (deployment: Deployment, program: 'functions' | 'runner') => {
  const spec = find(deployment, program === 'functions' ? 'Deployment' : 'ScaledJob', `cmap-${program}`).spec ?? {};
  return (program === 'functions' ? spec : spec['jobTargetRef'])['template'].spec;
};
/** The environment of a program; where a value is a secret, a long enough text. */
const environmentOf = (deployment: Deployment, program: 'functions' | 'runner'): Record<string, string> =>
  Object.fromEntries(
    podOf(deployment, program).containers[0].env.map(({ name, value }: { name: string; value?: string }) => [
      name,
      value ?? (name === 'AzureWebJobsStorage' ? 'UseDevelopmentStorage=true' : 'a-secret-of-many-characters'),
    ]),
  );

describe('what helm rendered', () => {
  it.each(DEPLOYMENTS)(
    'is what it renders now: %s (else `npx vitest run -u test/helm-chart.e2e.test.ts` where helm is)',
    (deployment) => {
      const [first] = readFileSync(goldenFile(deployment), 'utf8').split('\n');
      expect(first).toBe(fingerprintLine(deployment));
    },
  );

  it('depends on no comment of values.yaml that has a line of its own, and on everything else', () => {
    const text = 'a: 1\n# one\n  # two\nb: "# x" # y\n';
    expect(keepRelevant('infra/values.yaml', text)).toBe('a: 1\nb: "# x" # y\n');
    expect(keepRelevant('templates/runner.yaml', text)).toBe(text);
    expect(readFileSync(path.join(chart, 'values.yaml'), 'utf8')).not.toMatch(/[:-] *[|>][-+\d]* *$/m);
  });

  it.each(DEPLOYMENTS)('gives both programs settings they take: %s', (deployment) => {
    expect(parseFunctionsSettings(environmentOf(deployment, 'functions'))).toMatchObject({ ok: true });
    expect(parseRunnerSettings(environmentOf(deployment, 'runner'))).toMatchObject({ ok: true });
  });

  it.each(DEPLOYMENTS)('holds the map, where the programs are told to read it: %s', (deployment) => {
    const map = find(deployment, 'ConfigMap', 'cmap-map').data?.['project-map.json'] ?? '';
    expect(map).toBe(parse(readFileSync(mapValues, 'utf8')).map);
    expect(parseRuntimeMapping(map)).toHaveProperty('bindings');
    for (const program of ['functions', 'runner'] as const) {
      const source = environmentOf(deployment, program)['JIRA_PROJECT_MAP_SOURCE'] ?? '';
      const mounts = podOf(deployment, program).containers[0].volumeMounts;
      expect(path.basename(source)).toBe('project-map.json');
      expect(mounts).toContainEqual({ name: 'map', mountPath: path.dirname(source), readOnly: true });
    }
  });

  it.each(DEPLOYMENTS)('gives each alias of the map its token under the name the programs read: %s', (deployment) => {
    for (const program of ['functions', 'runner'] as const)
      expect(Object.keys(environmentOf(deployment, program)).filter((name) => name.startsWith('GITLAB_TOKEN'))).toEqual(
        ['GITLAB_TOKEN', 'GITLAB_TOKEN__PLATFORM_TEAM'],
      );
  });

  it('keeps the secrets of the functions from the runner', () => {
    const names = Object.keys(environmentOf('production', 'runner'));
    expect(names).toContain('JIRA_API_TOKEN');
    expect(names.filter((name) => /WEBHOOK|ADMIN/.test(name))).toEqual([]);
    const used = podOf('production', 'runner').containers[0].env.flatMap(
      (one: { valueFrom?: { secretKeyRef: { name: string } } }) => one.valueFrom?.secretKeyRef.name ?? [],
    );
    expect([...new Set(used)]).toEqual(['cmap-runner', 'cmap-gitlab']);
  });

  it('asks the store for exactly the keys that are used', () => {
    for (const program of ['functions', 'runner'] as const) {
      const used = podOf('production', program).containers[0].env.flatMap(
        (one: { valueFrom?: { secretKeyRef: { name: string; key: string } } }) => one.valueFrom?.secretKeyRef ?? [],
      );
      for (const secret of [`cmap-${program}`, 'cmap-gitlab']) {
        const asked = find('production', 'ExternalSecret', secret).spec?.['data'];
        const keys = used.filter(({ name }: { name: string }) => name === secret);
        expect(asked.map(({ secretKey }: { secretKey: string }) => secretKey)).toEqual(
          keys.map(({ key }: { key: string }) => key).sort(),
        );
      }
    }
  });

  it('names the emulator in a trial only', () => {
    expect(JSON.stringify(rendered['production'])).not.toMatch(/azurite|devstoreaccount/);
    expect(find('trial', 'Deployment', 'cmap-azurite')).toBeDefined();
    expect(find('trial', 'ScaledJob', 'cmap-runner').spec?.['triggers'][0].metadata.connectionFromEnv).toBe(
      'AzureWebJobsStorage',
    );
  });

  it('asks the functions for health, and restarts nothing because a service is down', () => {
    const health = listFunctions(EVERY_FUNCTION).find(({ name }) => name === 'health');
    const prefix = JSON.parse(read('host.json')).extensions.http.routePrefix;
    const [{ readinessProbe, livenessProbe, startupProbe }] = podOf('production', 'functions').containers;
    expect(health).toMatchObject({ trigger: 'http', route: 'health' });
    expect(readinessProbe.httpGet.path).toBe(`/${prefix}/health`);
    expect([livenessProbe, startupProbe].map((probe) => Object.keys(probe)[0])).toEqual(['tcpSocket', 'tcpSocket']);
    const ingress = find('production', 'Ingress', 'cmap-functions').spec?.['rules'][0].http.paths;
    expect(ingress.map((one: { path: string }) => one.path)).toEqual([`/${prefix}`]);
  });
});

describe('who runs as whom', () => {
  it('is a user without rights for the functions, root with few capabilities for the runner, as in their images', () => {
    const functions = podOf('production', 'functions');
    const runner = podOf('production', 'runner');
    const user = /^USER (\d+):(\d+)$/m.exec(read('functions/Dockerfile'));
    expect(functions.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: Number(user?.[1]) });
    expect(read('runner-container/Dockerfile')).not.toMatch(/^USER /m);
    expect(runner.securityContext).toMatchObject({ runAsUser: 0 });
    expect(runner.containers[0].securityContext.capabilities).toEqual({
      drop: ['ALL'],
      add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETPCAP', 'SETUID'],
    });
    for (const pod of [functions, runner]) {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext.seccompProfile.type).toBe('RuntimeDefault');
      expect(pod.containers[0].securityContext.allowPrivilegeEscalation).toBe(false);
    }
  });
});

describe('network policies', () => {
  const egressOf = (program: string) => {
    const spec = find('production', 'NetworkPolicy', `cmap-${program}`).spec ?? {};
    return spec['egress'].flatMap((rule: { to: { ipBlock: { cidr: string; except?: string[] } }[] }) =>
      rule.to.map(({ ipBlock }) => ipBlock),
    );
  };

  it('refuse everything in both directions for every pod, and then allow names', () => {
    expect(find('production', 'NetworkPolicy', 'cmap-deny-all').spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cmap', 'app.kubernetes.io/instance': 'cmap' } },
      policyTypes: ['Ingress', 'Egress'],
    });
    expect(find('production', 'NetworkPolicy', 'cmap-dns').spec?.['egress'][0].ports).toEqual([
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ]);
    expect(find('production', 'NetworkPolicy', 'cmap-runner').spec).not.toHaveProperty('ingress');
  });

  it('let the runner reach the model and nothing reach the metadata of the nodes', () => {
    const { model, packages } = production.networkPolicy.egress;
    const cidrs = (program: string) => egressOf(program).map(({ cidr }: { cidr: string }) => cidr);
    expect(cidrs('runner')).toEqual(expect.arrayContaining([...model.addresses, ...packages.addresses]));
    expect(cidrs('functions')).not.toContain(model.addresses[0]);
    for (const { cidr, except } of [...egressOf('runner'), ...egressOf('functions')])
      if (cidr === '0.0.0.0/0') expect(except).toEqual(['169.254.169.254/32']);
  });

  it('know storage, GitLab, Jira and the model by name, and are on unless they are switched off', () => {
    expect(Object.keys(values.networkPolicy.egress)).toEqual(
      expect.arrayContaining(['storage', 'gitlab', 'jira', 'model']),
    );
    expect(values.networkPolicy.enabled).toBe(true);
  });
});

describe('the arithmetic is that of Terraform', () => {
  const job = parseHcl(readFileSync(path.join(infra, 'runner-job.tf'), 'utf8')).blocks.find(
    ({ labels }) => labels[0] === 'azurerm_container_app_job',
  );
  const attribute = (name: string, blocks = job?.blocks ?? []): string =>
    [...(job?.attributes ?? []), ...blocks.flatMap((one) => [...one.attributes])].find((one) => one.name === name)
      ?.text ?? '';
  const trigger = job?.blocks.find(({ type }) => type === 'event_trigger_config');
  const scale = trigger?.blocks.find(({ type }) => type === 'scale');
  const rule = scale?.blocks.find(({ type }) => type === 'rules');
  const variable = parseHcl(readFileSync(path.join(infra, 'variables.tf'), 'utf8')).blocks.find(
    ({ type, labels }) => type === 'variable' && labels[0] === 'runner',
  );
  const type = variable?.attributes.find(({ name }) => name === 'type')?.text ?? '';
  const defaultOf = (name: string) => new RegExp(`\\b${name} = optional \\( \\w+ , "?([^" ]+)"? \\)`).exec(type)?.[1];
  const scaledJob = find('production', 'ScaledJob', 'cmap-runner').spec ?? {};

  it('of defaults: size, executions, times', () => {
    const { cpu, memory, maxExecutions, wallClockMinutes, pollingIntervalSeconds } = values.runner;
    const names = ['cpu', 'memory', 'max_executions', 'wall_clock_minutes', 'polling_interval_in_seconds'];
    expect([cpu, memory, maxExecutions, wallClockMinutes, pollingIntervalSeconds].map(String)).toEqual(
      names.map(defaultOf),
    );
  });

  it('of limits', () => {
    const says = variable?.blocks.flatMap(({ attributes }) => attributes.map(({ text }) => text)).join('\n') ?? '';
    const rangeOf = (name: string) => {
      const { minimum, maximum } = schema.properties.runner.properties[name];
      return `from ${minimum} to ${maximum}`;
    };
    expect(says).toContain(`runner.max_executions must be a whole number ${rangeOf('maxExecutions')}`);
    expect(says).toContain(`runner.wall_clock_minutes must be ${rangeOf('wallClockMinutes')}`);
    expect(says).toContain(`runner.polling_interval_in_seconds must be ${rangeOf('pollingIntervalSeconds')}`);
  });

  it('of the life of a job, which the runner is told', () => {
    const formula = /\( var \. runner \. wall_clock_minutes \+ (\d+) \+ \(.+\? (\d+) : 0 \) \) \* (\d+)/;
    const [, slack, sharing, factor] = formula.exec(attribute('replica_timeout_in_seconds')) ?? [];
    expect(sharing).toBe('180');
    const seconds = (production.runner.wallClockMinutes + Number(slack)) * Number(factor);
    expect(seconds).toBe(7200);
    expect(scaledJob['jobTargetRef'].activeDeadlineSeconds).toBe(seconds);
    const environment = environmentOf('production', 'runner');
    expect(environment['REPLICA_TIMEOUT_SECONDS']).toBe(String(seconds));
    expect(environment['RUNNER_WALL_CLOCK_MINUTES']).toBe(String(production.runner.wallClockMinutes));
  });

  it('of the trigger: one execution for each message, those being worked on included', () => {
    const metadata = rule?.attributes.find(({ name }) => name === 'metadata')?.text ?? '';
    const given = Object.fromEntries([...metadata.matchAll(/(\w+) = "(\w+)"/g)].map(([, name, text]) => [name, text]));
    expect(given).toEqual({ queueLength: '1', queueLengthStrategy: 'all' });
    expect(scaledJob['triggers']).toMatchObject([
      { type: 'azure-queue', metadata: { ...given, queueName: 'tasks', accountName: 'stcmap' } },
    ]);
    expect(rule?.attributes.find(({ name }) => name === 'custom_rule_type')?.text).toBe('"azure-queue"');
    expect(readFileSync(path.join(infra, 'storage.tf'), 'utf8')).toContain('toset(["tasks", ');
  });

  it('of what one execution is', () => {
    const numberOf = (name: string, of = trigger) =>
      Number(of?.attributes.find((one) => one.name === name)?.text ?? Number.NaN);
    expect(scaledJob['jobTargetRef']).toMatchObject({
      parallelism: numberOf('parallelism'),
      completions: numberOf('replica_completion_count'),
      backoffLimit: Number(attribute('replica_retry_limit')),
    });
    expect(scaledJob['minReplicaCount']).toBe(numberOf('min_executions', scale));
    expect([scaledJob['maxReplicaCount'], scaledJob['pollingInterval']]).toEqual([
      production.runner.maxExecutions,
      production.runner.pollingIntervalSeconds,
    ]);
    expect(scaledJob['scalingStrategy']).toEqual({ strategy: 'default' });
  });

  it('of the end of a runner: killed later than it ends itself', () => {
    const { terminationGracePeriodSeconds } = podOf('production', 'runner');
    expect(values.runner.graceSeconds).toBe(Number(runnerSchema.shape.RUNNER_GRACE_SECONDS.parse(undefined)));
    expect(terminationGracePeriodSeconds).toBe(values.runner.graceSeconds + 10);
  });
});

describe('runners of further images', () => {
  const jobs = (deployment: Deployment) =>
    (rendered[deployment] ?? []).filter(({ kind }) => kind === 'ScaledJob').map(({ metadata }) => metadata.name);
  const [own, other] = ['cmap-runner-python', 'cmap-runner'].map((name) => find('production', 'ScaledJob', name).spec);
  const partsOf = (spec: typeof own) => {
    const { env, image, ...container } = spec?.['jobTargetRef'].template.spec.containers[0] ?? {};
    const { jobTargetRef, triggers, maxReplicaCount, ...rest } = spec ?? {};
    const { containers: _, ...pod } = jobTargetRef.template.spec;
    const names = new Map(env.map((one: { name: string; value?: string }) => [one.name, one.value]));
    const { metadata, ...trigger } = triggers[0];
    return { names, image, maxReplicaCount, queue: metadata.queueName, same: { container, rest, pod, trigger } };
  };

  it('are jobs of their own, each started by its own queue', () => {
    expect(jobs('production')).toEqual(['cmap-runner', 'cmap-runner-python']);
    expect(partsOf(own)).toMatchObject({
      image: 'registry.example.com/cmap-runner-python:0.1.0',
      maxReplicaCount: 5,
      queue: 'tasks-python',
    });
    expect(partsOf(other).queue).toBe('tasks');
  });

  it('differ from the default one in nothing but what is given', () => {
    expect(partsOf(own).same).toEqual(partsOf(other).same);
    const { names } = partsOf(own);
    expect(names.get('RUNNER_IMAGE')).toBe('python');
    names.delete('RUNNER_IMAGE');
    expect(names).toEqual(partsOf(other).names);
  });

  it('are known to both programs, and where there are none nothing is said of them', () => {
    for (const program of ['functions', 'runner'] as const)
      expect(environmentOf('production', program)['RUNNER_IMAGES']).toBe('python');
    expect(parseRunnerSettings({ ...environmentOf('production', 'runner'), RUNNER_IMAGE: 'python' }).ok).toBe(true);
    expect(jobs('trial')).toEqual(['cmap-runner']);
    expect(readFileSync(goldenFile('trial'), 'utf8')).not.toContain('RUNNER_IMAGE');
  });
});

/** Settings the chart works out itself, and from which value. */
const DECIDED = new Map([
  ['AzureWebJobsStorage', 'storage'],
  ['AzureWebJobsStorage__accountName', 'storage'],
  ['AzureWebJobsStorage__clientId', 'identity'],
  ['AzureWebJobsStorage__blobServiceUri', 'storage'],
  ['AzureWebJobsStorage__queueServiceUri', 'storage'],
  ['AzureWebJobsStorage__tableServiceUri', 'storage'],
  ['AZURE_CLIENT_ID', 'identity'],
  ['GITLAB_TOKEN', 'credentials'],
  ['GITLAB_TOKEN__<ALIAS>', 'credentials'],
  ['RUNNER_IMAGE', 'runnerImages'],
  ['RUNNER_IMAGES', 'runnerImages'],
  ['RUNNER_WALL_CLOCK_MINUTES', 'runner'],
  ['REPLICA_TIMEOUT_SECONDS', 'runner'],
  ['RUNNER_GRACE_SECONDS', 'runner'],
]);
/** Set by the platform. */
const NEVER_SET = ['IDENTITY_ENDPOINT'];

describe('every setting of docs/configuration.md', () => {
  const { settings, secrets } = schema.properties;
  const given = (program: 'functions' | 'runner') => [
    ...Object.keys(settings.properties.common.properties),
    ...Object.keys(settings.properties[program].properties),
    ...Object.keys(secrets.properties[program].properties),
    ...DECIDED.keys(),
  ];

  it.each([
    { program: 'functions', known: Object.keys(functionsSchema.shape) },
    { program: 'runner', known: Object.keys(runnerSchema.shape) },
  ] as const)('of the $program can be set, and nothing else', ({ program, known }) => {
    const own = given(program).filter((name) => known.includes(name));
    expect(known.filter((name) => !own.includes(name) && !NEVER_SET.includes(name))).toEqual([]);
    const unknown = given(program).filter((name) => !known.includes(name));
    expect(unknown.filter((name) => !DECIDED.has(name))).toEqual([]);
    expect([...DECIDED.values()].filter((name) => !(name in values))).toEqual([]);
  });

  it('that only one program reads is not given to both', () => {
    const both = Object.keys(settings.properties.common.properties);
    expect(both.filter((name) => !(name in commonShape) && name !== 'LEDGER_CONTAINER')).toEqual([]);
  });

  it('is on the page', () => {
    const page = read('docs/configuration.md');
    const documented = [...page.matchAll(/^\| `([\w<>]+)` \|/gm)].map(([, name = '']) => name);
    const all = new Set([...given('functions'), ...given('runner'), ...NEVER_SET]);
    expect(documented.filter((name) => !all.has(name))).toEqual([]);
    expect([...all].filter((name) => !documented.includes(name))).toEqual([]);
  });
});

const IMAGE = { repository: 'r.example.com/a', tag: '1.2.3' };

describe('the schema of the values', () => {
  const validate = new Ajv({ strict: false }).compile(schema);
  const isTaken = (change: object) => validate({ ...production, ...change });
  const images = (image: object) => ({ functions: { image: { repository: 'r.example.com/a', ...image } } });

  it('knows every value there is, and each is in values.yaml', () => {
    expect(Object.keys(values).sort()).toEqual(
      Object.keys(schema.properties)
        .filter((name) => name !== 'global')
        .sort(),
    );
    for (const [name, block] of Object.entries<Record<string, unknown>>(schema.properties)) {
      const inner = block['properties'];
      if (inner && values[name]) expect(Object.keys(values[name]).sort(), name).toEqual(Object.keys(inner).sort());
    }
  });

  it.each(DEPLOYMENTS)('takes the values of %s with those `cmap render-helm` prints', (deployment) => {
    const given = [path.join(root, 'test/golden/mapping/map.values.yaml'), valuesFile(deployment)].map((file) =>
      parse(readFileSync(file, 'utf8')),
    );
    const egress = Object.entries<object>(given[1].networkPolicy.egress ?? {}).map(([name, rule]) => [
      name,
      { ...values.networkPolicy.egress[name], ...rule },
    ]);
    const whole = { ...given[0], ...given[1], networkPolicy: { egress: Object.fromEntries(egress) } };
    expect(validate(whole), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    { name: 'an image by its version', change: images({ tag: '1.2.3' }) },
    { name: 'an image by its digest', change: images({ digest: `sha256:${'a'.repeat(64)}` }) },
    { name: 'an image of its own for Python', change: { runnerImages: { python: { image: IMAGE, cpu: 1 } } } },
    { name: 'one more setting', change: { extraSettings: { functions: { NODE_OPTIONS: '--trace-warnings' } } } },
  ])('takes $name', ({ change }) => {
    expect(isTaken({ networkPolicy: {}, ...change })).toBe(true);
  });

  it.each([
    { name: 'a value that is misspelt', change: { runer: {} } },
    { name: 'an image that changes by itself', change: images({ tag: 'latest' }) },
    { name: 'an image without version', change: images({}) },
    { name: 'an image whose job would be the default one', change: { runnerImages: { runner: { image: IMAGE } } } },
    { name: 'an image whose queue would be the poison queue', change: { runnerImages: { poison: { image: IMAGE } } } },
    { name: 'an image that no binding can name', change: { runnerImages: { Python: { image: IMAGE } } } },
    { name: 'a runner without its image', change: { runnerImages: { python: { cpu: 1 } } } },
    { name: 'a map that is YAML', change: { map: 'bindings: []' } },
    { name: 'a secret among the settings', change: { extraSettings: { runner: { NPM_TOKEN: 'x' } } } },
    { name: 'an alias no program could read', change: { credentials: { 'Platform-Team': 'key' } } },
    { name: 'no GitLab', change: { settings: { common: {} } } },
    {
      name: 'a yes where the programs read on',
      change: { settings: { common: { GITLAB_URL: 'https://g.example' }, runner: { TRANSCRIPTS: true } } },
    },
    { name: 'a webhook secret for the runner', change: { secrets: { runner: { JIRA_WEBHOOK_SECRET: 'key' } } } },
    {
      name: 'a host name as address',
      change: {
        networkPolicy: { egress: { gitlab: { for: ['runner'], addresses: ['gitlab.example.com'], ports: [443] } } },
      },
    },
    { name: 'a proxy with a password', change: { proxy: { url: 'http://u:p@proxy:3128' } } },
    {
      name: 'a private key as certificate',
      change: { companyCa: '-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----' },
    },
    {
      name: 'runners without end',
      change: { runner: { image: { repository: 'r.example.com/a', tag: '1' }, maxExecutions: 0 } },
    },
  ])('refuses $name', ({ change }) => {
    expect(isTaken({ networkPolicy: {}, ...change })).toBe(false);
  });
});

it('the chart has the version of the product', () => {
  const { version, appVersion } = parse(readFileSync(path.join(chart, 'Chart.yaml'), 'utf8'));
  const product = JSON.parse(read('package.json')).version;
  expect([version, appVersion]).toEqual([product, product]);
});
