import { Document, isMap, isSeq, type YAMLMap } from 'yaml';

import type { BindingSource } from './mapping-source.ts';
import { readYaml } from './read-yaml.ts';

/** The fields `cmap init` knows; what is not given keeps its value or its default. */
export type NewBinding = Pick<BindingSource, 'jira_project' | 'target_branch' | 'credential_ref'> & { repo: string };

const SCHEMA_LINE = '# yaml-language-server: $schema=./cmap.schema.json\n';

/** A new mapping file with one binding. */
export function writeSource(binding: NewBinding): string {
  return SCHEMA_LINE + new Document({ bindings: [withoutAbsent(binding)] }).toString();
}

/**
 * The same file with the binding in it: the one of this Jira project, or of this repository where there is none, is
 * changed, or a new one is added at the end.
 * Everything else stays, comments too. The text must be a mapping `parseMapping` accepts.
 */
export function mergeIntoSource(text: string, binding: NewBinding): string {
  const document = readYaml(text);
  const bindings = document.get('bindings');
  if (!isSeq(bindings)) throw new TypeError('The text is not a mapping');
  const existing = bindings.items.filter(isMap).find((item) => isSame(item, binding));
  if (existing) for (const [field, value] of Object.entries(withoutAbsent(binding))) existing.set(field, value);
  else bindings.add(document.createNode(withoutAbsent(binding)));
  return document.toString({ lineWidth: 0 });
}

function isSame(item: YAMLMap, { jira_project, repo }: NewBinding): boolean {
  if (jira_project !== undefined) return item.get('jira_project') === jira_project;
  return !item.has('jira_project') && String(item.get('repo')).toLowerCase() === repo.toLowerCase();
}

function withoutAbsent(binding: NewBinding): Record<string, string> {
  return Object.fromEntries(
    Object.entries(binding).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  );
}
