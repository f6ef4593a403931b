import type { Binding } from './binding.ts';
import { renderMapping } from './render-mapping.ts';
import {
  type RequiredCredential,
  requiredCredentials,
  requiredEventSecrets,
  requiredRunnerSecrets,
} from './required-credentials.ts';

/** Values of the chart infra/helm/cmap. */
export interface HelmValues {
  /** The map in its runtime form, as text: what the ConfigMap holds. */
  map: string;
  /** Alias -> key of the secret that holds its GitLab token. */
  credentials: Record<string, string>;
  /**
   * Variable -> key of the secret, by the program that reads it: events, `validate_env` and keys that sign. Absent
   * without any.
   */
  mapSecrets?: { functions?: Record<string, string>; runner?: Record<string, string> };
}

/** What a map needs of the chart: itself, and the keys of its secrets. A map knows no value of one. */
export function renderHelm(bindings: readonly Binding[]): HelmValues {
  // What is named by its place is not given to the programs under an alias.
  const ofAliases = requiredCredentials(bindings).filter(({ place }) => place === undefined);
  const credentials = ofAliases.map(({ ref, keyVaultName }) => [ref, keyVaultName]);
  return {
    map: JSON.stringify(renderMapping(bindings), null, 2),
    credentials: Object.fromEntries(credentials),
    ...keysByProgram({
      functions: requiredEventSecrets(bindings),
      runner: requiredRunnerSecrets(bindings),
    }),
  };
}

function keysByProgram(needed: Record<'functions' | 'runner', RequiredCredential[]>): Pick<HelmValues, 'mapSecrets'> {
  const programs = Object.entries(needed).filter(([, secrets]) => secrets.length > 0);
  if (programs.length === 0) return {};
  const keysOf = (secrets: RequiredCredential[]) =>
    Object.fromEntries(secrets.map(({ environmentName, keyVaultName }) => [environmentName, keyVaultName]));
  return { mapSecrets: Object.fromEntries(programs.map(([program, secrets]) => [program, keysOf(secrets)])) };
}

/**
 * The values as a YAML document with the map as people read it, line by line. JSON on lines of its own needs no quotes:
 * a map has none of the characters that YAML refuses or takes for the end of a line.
 */
export function formatHelmValues({ map, credentials, mapSecrets = {} }: HelmValues): string {
  const lines = map.split('\n').map((line) => `  ${line}`);
  // Quoted, because an alias may be a word that means something in YAML, such as `no`.
  const format = (pairs: Record<string, string>, indent: string) =>
    Object.entries(pairs).map(([name, key]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(key)}`);
  const keys = format(credentials, '  ');
  const others = Object.entries(mapSecrets).flatMap(([program, pairs]) => [`  ${program}:`, ...format(pairs, '    ')]);
  return [
    '# Made by `cmap render-helm` for the chart infra/helm/cmap. Secrets are named by their keys.',
    'map: |-',
    ...lines,
    ...(keys.length > 0 ? ['credentials:', ...keys] : ['credentials: {}']),
    ...(others.length > 0 ? ['mapSecrets:', ...others] : []),
  ].join('\n');
}
