import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { isObject } from '../shared/kernel/is-object.ts';

const root = path.resolve(import.meta.dirname, '..');

/** The chart that is tested. */
export const chart = path.join(root, 'infra/helm/cmap');

/** Deployments that are rendered whole, by the names of their values in fixtures/helm and their golden files. */
export const DEPLOYMENTS = ['production', 'trial'] as const;
export type Deployment = (typeof DEPLOYMENTS)[number];

/** A small map as values, which a new field of the mapping does not change. */
export const mapValues = path.join(import.meta.dirname, 'fixtures/helm/map.values.yaml');

/** The path of the helm program, if this machine has one: on the path, or as scripts/install-helm.ts puts it. */
export const helm = findHelm();

/** Values of a deployment, besides those of the map. */
export function valuesFile(deployment: Deployment): string {
  return path.join(import.meta.dirname, `fixtures/helm/${deployment}.yaml`);
}

/** Where everything a deployment consists of stands, as helm rendered it. */
export function goldenFile(deployment: Deployment): string {
  return path.join(import.meta.dirname, `golden/helm/${deployment}.yaml`);
}

/**
 * Everything a deployment consists of, rendered by helm, behind the fingerprint of what it was rendered from. The
 * version is left out, so that a release changes no golden file.
 */
export function renderGolden(deployment: Deployment): string {
  const text = renderChart([mapValues, valuesFile(deployment)]);
  return `${fingerprintLine(deployment)}\n${text.replaceAll(/(app\.kubernetes\.io\/version: ).*/g, '$1"-"')}`;
}

/** What helm renders with these files of values. */
export function renderChart(files: readonly string[]): string {
  const args = ['template', 'cmap', chart, '--namespace', 'cmap', ...files.flatMap((file) => ['--values', file])];
  return execFileSync(helm ?? '', args, { encoding: 'utf8' });
}

/** What helm says against a deployment with these values changed; nothing when it takes them. `null` takes one away. */
export function refuseValues(deployment: Deployment, change: Values): string {
  const given = [mapValues, valuesFile(deployment)].map((file): Values => parse(readFileSync(file, 'utf8')));
  const values = [...given, change].reduce(overlay, {});
  const { status, stderr } = spawnSync(helm ?? '', ['template', 'cmap', chart, '--values', '-'], {
    input: JSON.stringify(values),
    encoding: 'utf8',
  });
  return status === 0 ? '' : stderr;
}

interface Values {
  [name: string]: unknown;
}

function overlay(below: Values, above: Values): Values {
  const merged = Object.entries(above).map(([name, value]) => {
    const before = below[name];
    return [name, isObject(value) && isObject(before) ? overlay(before, value) : value] as const;
  });
  const all = { ...below, ...Object.fromEntries(merged) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/**
 * Changes when helm could render something else, so that a golden file that is out of date is found without helm. The
 * schema only refuses.
 */
export function fingerprintLine(deployment: Deployment): string {
  const files = globSync('{*.yaml,templates/*}', { cwd: chart }).sort();
  const hash = createHash('sha256');
  for (const file of [...files.map((name) => path.join(chart, name)), mapValues, valuesFile(deployment)])
    hash.update(`${path.basename(file)}\0${keepRelevant(file, readFileSync(file, 'utf8'))}\0`);
  return `# Rendered by helm from what has the fingerprint ${hash.digest('hex')}`;
}

/**
 * The text of a file of the chart without what helm cannot render. Comments of templates are rendered, those of
 * `values.yaml` are not: it has no text of several lines, in which a line with a number sign would be a value.
 */
export function keepRelevant(file: string, text: string): string {
  const relevant = text.replaceAll(IRRELEVANT, '');
  return path.basename(file) === 'values.yaml' ? relevant.replaceAll(WHOLE_COMMENT, '') : relevant;
}

const WHOLE_COMMENT = /^[ \t]*#.*(?:\n|$)/gm;

/** Line ends of Windows, and the versions in Chart.yaml. */
const IRRELEVANT = /\r|^(?:version|appVersion): .*$/gm;

function findHelm(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return [...folders, path.join(root, 'node_modules/.cache/tools')]
    .map((folder) => path.join(folder, 'helm'))
    .find((file) => existsSync(file));
}
