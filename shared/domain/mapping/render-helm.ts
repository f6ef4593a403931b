import type { Binding } from './binding.ts';
import { renderMapping } from './render-mapping.ts';
import { requiredCredentials } from './required-credentials.ts';

/** Values of the chart infra/helm/cmap. */
export interface HelmValues {
  /** The map in its runtime form, as text: what the ConfigMap holds. */
  map: string;
  /** Alias -> key of the secret that holds its GitLab token. */
  credentials: Record<string, string>;
}

/** What a map needs of the chart: itself, and the keys of its credentials. A map knows no value of one. */
export function renderHelm(bindings: readonly Binding[]): HelmValues {
  const credentials = requiredCredentials(bindings).map(({ ref, keyVaultName }) => [ref, keyVaultName]);
  return {
    map: JSON.stringify(renderMapping(bindings), null, 2),
    credentials: Object.fromEntries(credentials),
  };
}

/**
 * The values as a YAML document with the map as people read it, line by line. JSON on lines of its own needs no quotes:
 * a map has none of the characters that YAML refuses or takes for the end of a line.
 */
export function formatHelmValues({ map, credentials }: HelmValues): string {
  const lines = map.split('\n').map((line) => `  ${line}`);
  // Quoted, because an alias may be a word that means something in YAML, such as `no`.
  const keys = Object.entries(credentials).map(([alias, key]) => `  ${JSON.stringify(alias)}: ${JSON.stringify(key)}`);
  return [
    '# Made by `cmap render-helm` for the chart infra/helm/cmap. Secrets are named by their keys.',
    'map: |-',
    ...lines,
    ...(keys.length > 0 ? ['credentials:', ...keys] : ['credentials: {}']),
  ].join('\n');
}
