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
    const fields = was && is ? listFieldChanges(was, is).map(({ field }) => field) : [];
    return fields.length > 0 ? [{ jiraProject, fields }] : [];
  });
  return { added: keys.filter((key) => !old.has(key)), removed: keys.filter((key) => !now.has(key)), changed };
}

/** A field with its value in both mappings, as the runtime JSON has it. */
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** What differs between two bindings, in the order of the mapping. */
export function listFieldChanges(was: Binding, is: Binding): FieldChange[] {
  return listChanges(toRuntimeBinding(was), toRuntimeBinding(is));
}

function listChanges(was: object, is: object, prefix = ''): FieldChange[] {
  return Object.keys({ ...was, ...is }).flatMap((field) => {
    const [before, after]: unknown[] = [Reflect.get(was, field), Reflect.get(is, field)];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    // A trigger of another kind has another key; it changes as a whole.
    if (field === 'trigger' || !isObject(before) || !isObject(after))
      return [{ field: `${prefix}${field}`, before, after }];
    return listChanges(before, after, `${prefix}${field}.`);
  });
}
