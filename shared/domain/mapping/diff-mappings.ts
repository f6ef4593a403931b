import { isObject } from '../../kernel/is-object.ts';
import { uniqueNames } from '../../kernel/text/unique-names.ts';
import type { Binding } from './binding.ts';
import { toRuntimeBinding } from './runtime-mapping.ts';

export interface MappingDiff {
  /** Jira project keys. */
  added: string[];
  removed: string[];
  /** Fields are named as in the mapping: `target_branch`, `review.on_push`. */
  changed: { jiraProject: string; fields: string[] }[];
}

/** What a new mapping adds, removes and changes; each list is sorted by Jira project. */
export function diffMappings(before: readonly Binding[], after: readonly Binding[]): MappingDiff {
  const old = new Map(before.map((binding) => [binding.jiraProject, binding]));
  const now = new Map(after.map((binding) => [binding.jiraProject, binding]));
  const keys = uniqueNames([...old.keys(), ...now.keys()]);
  const changed = keys.flatMap((jiraProject) => {
    const [was, is] = [old.get(jiraProject), now.get(jiraProject)];
    const fields = was && is ? listChanges(toRuntimeBinding(was), toRuntimeBinding(is)) : [];
    return fields.length > 0 ? [{ jiraProject, fields }] : [];
  });
  return { added: keys.filter((key) => !old.has(key)), removed: keys.filter((key) => !now.has(key)), changed };
}

function listChanges(was: object, is: object, prefix = ''): string[] {
  return Object.keys({ ...was, ...is }).flatMap((field) => {
    const [one, other]: unknown[] = [Reflect.get(was, field), Reflect.get(is, field)];
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    // A trigger of another kind has another key; it changes as a whole.
    if (field === 'trigger' || !isObject(one) || !isObject(other)) return [`${prefix}${field}`];
    return listChanges(one, other, `${prefix}${field}.`);
  });
}
