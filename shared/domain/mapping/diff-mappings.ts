import { isObject } from '../../kernel/is-object.ts';
import { uniqueNames } from '../../kernel/text/unique-names.ts';
import type { Binding } from './binding.ts';
import { renderMapping } from './render-mapping.ts';
import type { RuntimeEntry } from './runtime-mapping.ts';

export interface MappingDiff {
  /** Jira project keys, and paths of repositories without one. */
  added: string[];
  removed: string[];
  /**
   * Fields are named as in the mapping: `target_branch`, `review.on_push`, `routes.web.repo`. `jiraProject` is the path
   * of the repository where the binding has none.
   */
  changed: { jiraProject: string; fields: string[] }[];
}

/** What a new mapping adds, removes and changes; each list is sorted by Jira project or repository. */
export function diffMappings(before: readonly Binding[], after: readonly Binding[]): MappingDiff {
  const old = new Map(Object.entries(renderMapping(before).mappings));
  const now = new Map(Object.entries(renderMapping(after).mappings));
  const keys = uniqueNames([...old.keys(), ...now.keys()]);
  const changed = keys.flatMap((jiraProject) => {
    const [was, is] = [old.get(jiraProject), now.get(jiraProject)];
    const fields = was && is ? compare(was, is).map(({ field }) => field) : [];
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

/** What differs between two entries of one key with their routes, in the order of the mapping. */
export function listFieldChanges(was: readonly Binding[], is: readonly Binding[]): FieldChange[] {
  const [before] = Object.values(renderMapping(was).mappings);
  const [after] = Object.values(renderMapping(is).mappings);
  return before && after ? compare(before, after) : [];
}

function compare(was: RuntimeEntry, is: RuntimeEntry): FieldChange[] {
  return listChanges(byRouteName(was), byRouteName(is));
}

/** A route is the same one wherever it stands in its list. */
function byRouteName(entry: RuntimeEntry): object {
  if (!('routes' in entry)) return entry;
  const { routes, ...fields } = entry;
  return routes ? { ...fields, routes: Object.fromEntries(routes.map(({ name, ...route }) => [name, route])) } : fields;
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
