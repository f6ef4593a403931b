import { isObject } from '../../../kernel/is-object.ts';
import type { Binding } from '../binding.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { BindingSource, type DefaultsSource, FIELDS_OF_JIRA } from './mapping-source.ts';

/** Those of a block of which the others hold without a Jira project as well. */
const INNER_FIELDS = ['model.coding', 'instructions.coding'] as const;

/**
 * Finds a binding without a Jira project that says what is about tickets or changes: one problem for all of it, at the
 * first field. `bindings` are those of the source, as they are written.
 */
export function findFieldsOfJira(bindings: readonly unknown[]): SourceProblem[] {
  return bindings.flatMap((binding, index): SourceProblem[] => {
    if (!isObject(binding) || Object.hasOwn(binding, 'jira_project') || hasUnknownField(binding)) return [];
    const fields = listFields(binding);
    const [first] = fields;
    if (first === undefined) return [];
    const verb = fields.length > 1 ? 'need' : 'needs';
    const them = fields.length > 1 ? 'them' : 'it';
    const message = `${joinNames(fields)} ${verb} jira_project; write for example jira_project: PROJ, or leave ${them} out: without a Jira project the agent only reviews merge requests and answers notes`;
    return [{ path: pathTo(index, first), isAboutKey: true, message }];
  });
}

/** Finds a binding without a Jira project that switches off what is left. `index` is that of the binding. */
export function findIdleBindings([binding]: readonly Binding[], index: number): SourceProblem[] {
  if (!binding || binding.jiraProject !== undefined || binding.review.enabled || binding.mode === 'live') return [];
  const message = `mode ${binding.mode} answers no notes, review is off and there is no jira_project, so this binding does nothing; switch reviews on, or leave it out`;
  return [{ path: ['bindings', index, 'mode'], isAboutKey: false, message }];
}

/** What `defaults` says for a binding without a Jira project: the rest is for the other bindings. */
export function defaultsWithoutJira(defaults: DefaultsSource): DefaultsSource {
  const { model, instructions, ...rest } = defaults;
  const kept = Object.entries(rest).filter(([field]) => !FIELDS_OF_JIRA.includes(field));
  return {
    ...Object.fromEntries(kept),
    ...(model === undefined ? {} : { model: withoutCoding(model) }),
    ...(instructions === undefined ? {} : { instructions: withoutCoding(instructions) }),
  };
}

function withoutCoding<Value>(value: Value): Value {
  if (!isObject(value)) return value;
  const { coding: _, ...others } = value;
  // Each of its fields may be left out.
  return others as Value;
}

/** A key that was misspelt has a problem of its own, and may well be the Jira project. */
function hasUnknownField(binding: Record<string, unknown>): boolean {
  return Object.keys(binding).some((field) => !Object.hasOwn(BindingSource.shape, field));
}

function listFields(binding: Record<string, unknown>): string[] {
  return [
    ...FIELDS_OF_JIRA.filter((field) => binding[field] != null),
    ...INNER_FIELDS.filter((field) => {
      const [block = '', name = ''] = field.split('.');
      const value = binding[block];
      return isObject(value) && value[name] != null;
    }),
  ];
}

function pathTo(index: number, field: string): MappingPath {
  return ['bindings', index, ...field.split('.')];
}

const MOST_NAMED = 6;

function joinNames(fields: readonly string[]): string {
  const named = fields.slice(0, MOST_NAMED);
  if (fields.length > named.length) return `${named.join(', ')} and ${fields.length - named.length} more`;
  const last = named.at(-1) ?? '';
  return named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${last}` : last;
}
