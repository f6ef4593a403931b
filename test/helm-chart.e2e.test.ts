import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

import {
  chart,
  DEPLOYMENTS,
  goldenFile,
  helm,
  mapValues,
  refuseValues,
  renderChart,
  renderGolden,
  valuesFile,
} from './helm.ts';

if (!helm)
  process.stderr.write('helm: helm is not here, so the chart was not rendered; its last rendering was looked at\n');

const EXISTING = { functions: 'a', runner: 'b', gitlab: 'c' };

describe.skipIf(!helm)('helm', () => {
  it.each(DEPLOYMENTS)('renders %s as its golden file says', async (deployment) => {
    await expect(renderGolden(deployment)).toMatchFileSnapshot(goldenFile(deployment));
  });

  it('carries what `cmap render-helm` prints, sign by sign', () => {
    const printed = path.join(import.meta.dirname, 'golden/mapping/map.values.yaml');
    const documents = parseAllDocuments(renderChart([printed, valuesFile('production')])).map((one) => one.toJS());
    const map = documents.find((one) => one?.kind === 'ConfigMap' && one.metadata.name === 'cmap-map');
    expect(map.data).toEqual({ 'project-map.json': parse(readFileSync(printed, 'utf8')).map });
  });

  it('gives what `cmap render-helm` names for events and `validate` to the program that reads it, without a vault', () => {
    const printed = path.join(import.meta.dirname, 'golden/mapping/map.values.yaml');
    const readsOf = (files: string[]) =>
      renderChart(files)
        .split(/^---$/m)
        .filter((one) => one.includes('EVENTS_URL__PLATFORM_HOOK'))
        .map((one) => /^kind: (.*)$/m.exec(one)?.[1]);
    expect(readsOf([printed, valuesFile('production')])).toEqual(['Deployment']);
    expect(readsOf([valuesFile('production')].concat(mapValues))).toEqual([]);
  });

  it('lets each image work on as many runs at once as is said for it, and lets those of several live longer', () => {
    const image = { repository: 'registry.example.com/runner', tag: '1.0.0' };
    const lives = (change: object) => {
      const file = path.join(mkdtempSync(path.join(tmpdir(), 'cmap-helm-')), 'values.yaml');
      writeFileSync(file, JSON.stringify(change));
      const jobs = parseAllDocuments(renderChart([mapValues, valuesFile('production'), file]))
        .map((one) => one.toJS())
        .filter((one) => one?.kind === 'ScaledJob');
      return Object.fromEntries(
        jobs.map(({ metadata, spec: { jobTargetRef } }) => {
          const env = new Map<string, string>(
            jobTargetRef.template.spec.containers[0].env.map((one: { name: string; value: string }) => [
              one.name,
              one.value,
            ]),
          );
          expect(env.get('REPLICA_TIMEOUT_SECONDS')).toBe(String(jobTargetRef.activeDeadlineSeconds));
          const runs = env.get('RUNNER_RUNS_AT_ONCE') ?? 'one';
          return [metadata.name, `${runs}, ${jobTargetRef.activeDeadlineSeconds / 60} minutes`];
        }),
      );
    };
    const settings = { runner: { RUNNER_RUNS_AT_ONCE: 6 } };
    expect(lives({ settings, runnerImages: { go: { image }, alone: { image, runsAtOnce: 1 } } })).toMatchObject({
      'cmap-runner': '6, 300 minutes',
      'cmap-runner-go': '6, 300 minutes',
      'cmap-runner-alone': '1, 120 minutes',
    });
    expect(lives({ runnerImages: { go: { image, runsAtOnce: 4 } } })).toMatchObject({
      'cmap-runner': 'one, 120 minutes',
      'cmap-runner-go': '4, 300 minutes',
    });
  });

  it.each(DEPLOYMENTS)('finds nothing to say against the chart with the values of %s', (deployment) => {
    const files = ['--values', mapValues, '--values', valuesFile(deployment)];
    expect(execFileSync(helm ?? '', ['lint', chart, '--strict', ...files], { encoding: 'utf8' })).toContain(
      '1 chart(s) linted, 0 chart(s) failed',
    );
  });

  it.each([
    {
      name: 'tokens from a vault',
      values: { credentials: null, settings: { common: { KEY_VAULT_URI: 'https://v' } } },
    },
    { name: 'secrets that are there', values: { secrets: { source: 'existing', existing: EXISTING } } },
    { name: 'a connection string', values: { storage: { accountName: '', connectionStringKey: 'storage' } } },
    {
      name: 'a map that is a blob',
      values: { map: '', settings: { common: { JIRA_PROJECT_MAP_SOURCE: 'https://b' } } },
    },
    {
      name: 'a vault that has the secrets of the map too',
      values: {
        credentials: null,
        settings: { common: { KEY_VAULT_URI: 'https://v' } },
        mapSecrets: { runner: { VALIDATE_SECRET: 'validate-secret' } },
      },
    },
    { name: 'one more secret', values: { extraSecrets: { runner: { NPM_TOKEN: 'npm-token' } } } },
  ])('takes $name', ({ values }) => {
    const vault =
      'credentials' in values ? { networkPolicy: { egress: { vault: { addresses: ['10.0.0.1/32'] } } } } : {};
    expect(refuseValues('production', { ...values, ...vault })).toBe('');
  });

  it.each([
    { name: 'no map', values: { map: '' }, says: 'map is empty' },
    { name: 'two maps', values: { settings: { common: { JIRA_PROJECT_MAP: '{}' } } }, says: 'are two maps' },
    {
      name: 'a map with an image that has no runner',
      values: { map: '{"mappings":{"PROJ":{"repo":"g/a","image":null},"PY":{"repo":"g/b","image":"rust"}}}' },
      says: 'runnerImages has no rust, the image that the binding of PY names',
    },
    { name: 'no credentials', values: { credentials: null }, says: 'credentials is empty' },
    { name: 'no storage', values: { storage: { accountName: '' } }, says: 'say accountName or connectionStringKey' },
    { name: 'no store of secrets', values: { secrets: { external: { storeName: '' } } }, says: 'storeName is empty' },
    {
      name: 'secrets without names',
      values: { secrets: { source: 'existing' } },
      says: 'secrets.existing.functions is empty; that secret must hold cmap-admin-secret',
    },
    { name: 'secrets without values', values: { secrets: { source: 'values' } }, says: 'secrets.values has no' },
    {
      name: 'no model',
      values: { settings: { runner: { COPILOT_PROVIDER_BASE_URL: null } } },
      says: 'the runner has no model',
    },
    {
      name: 'an emulator beside a storage account',
      values: { trial: { azurite: true } },
      says: 'takes the place of storage',
    },
    {
      name: 'a service that no policy lets reach',
      values: { proxy: { url: '' } },
      says: 'networkPolicy.egress.gitlab',
      egress: { gitlab: { addresses: [] } },
    },
    { name: 'a misspelt setting', values: { settings: { runner: { RUNER_LEASE_SECONDS: 60 } } }, says: 'RUNER_LEASE' },
  ])('refuses $name, and says why', ({ values, says, egress }) => {
    expect(refuseValues('production', { ...values, ...(egress ? { networkPolicy: { egress } } : {}) })).toContain(says);
  });
});
