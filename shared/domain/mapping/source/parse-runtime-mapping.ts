import { isObject } from '../../../kernel/is-object.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import type { Binding } from '../binding.ts';
import type { MappingPath, MappingProblem } from '../problem.ts';
import { checkSource } from './check-source.ts';
import { describeOldForm, isOldForm } from './describe-old-form.ts';
import { findDuplicateKeys } from './find-duplicate-keys.ts';
import { limitProblems } from './limit-problems.ts';
import { hideTokens } from './looks-like-token.ts';
import { isRepositoryKey, toEntrySource } from './to-entry-source.ts';

export type ParsedRuntimeMapping = { bindings: Binding[] } | { problems: MappingProblem[] };

const HOW_TO_RENDER = 'set it to what `cmap render-json` prints';

/**
 * Reads the runtime JSON through the same check as the YAML; a binding needs only `repo`, the rest has defaults. YAML
 * is refused. Returns every problem, each naming its binding (`mappings.PROJ`). Never throws, and never repeats a
 * secret.
 */
export function parseRuntimeMapping(text: string): ParsedRuntimeMapping {
  const json = readText(text);
  if ('problem' in json) return { problems: [{ where: 'mapping', message: json.problem }] };

  const { value } = json;
  const mappings = isObject(value) ? value['mappings'] : undefined;
  if (!isObject(value) || !isObject(mappings)) return { problems: describeShape(value) };

  const keys = Object.keys(mappings);
  const checked = checkSource({ bindings: keys.map((key) => toEntrySource(key, mappings[key])) });
  const problems = [
    ...Object.keys(value)
      .filter((key) => key !== 'mappings')
      .map((key) => ({ where: 'mapping', message: `${hideTokens(key)} is not known beside mappings` })),
    ...findDuplicateKeys(text).map((path) => ({
      where: nameOf(path),
      message: `${hideTokens(String(path.at(-1)))} is written twice; a Jira project has one repository and a field one value`,
    })),
    ...keys
      .filter((key) => hasJiraProject(mappings[key]))
      .map((key) => ({
        where: nameOf(['mappings', key]),
        message: 'jira_project is not written inside the binding: the key is the Jira project',
      })),
    ...keys
      .filter((key) => isRepositoryKey(key) && namesOther(key, mappings[key]))
      .map((key) => ({
        where: nameOf(['mappings', key]),
        message: 'repo names another repository than the key, which is the path of the repository',
      })),
  ];
  if (!('problems' in checked)) return problems.length > 0 ? { problems: summarize(problems) } : checked;
  const inside = checked.problems.map(({ path, message, relatedPath }) => ({
    where: nameOf(toRuntimePath(path, keys)),
    message: relatedPath ? `${message} ${nameOf(toRuntimePath(relatedPath, keys))}` : message,
  }));
  return { problems: summarize([...problems, ...inside]) };
}

/** The rest is counted in the last one. */
function summarize(problems: MappingProblem[]): MappingProblem[] {
  const { listed, left } = limitProblems(problems);
  const rest = { where: 'mapping', message: `${left} more problems are not listed; correct these first` };
  return left > 0 ? [...listed, rest] : listed;
}

function readText(text: string): { value: unknown } | { problem: string } {
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') return { problem: `the mapping is empty; ${HOW_TO_RENDER}` };
  const value = parseJson(json);
  if (value !== undefined) return { value };
  const isYaml = /^\s*(?:#|---|defaults\s*:|bindings\s*:)/m.test(text);
  return {
    problem: `the mapping is not JSON${isYaml ? ' but looks like YAML, which is not read here' : ''}; ${HOW_TO_RENDER}`,
  };
}

function describeShape(value: unknown): MappingProblem[] {
  const oldForms = isObject(value) ? Object.entries(value).filter(([, binding]) => isOldForm(binding)) : [];
  if (oldForms.length === 0) {
    return [
      {
        where: 'mapping',
        message: `the mapping must look like {"mappings": {"PROJ": {"repo": "group/repo"}}}; ${HOW_TO_RENDER}`,
      },
    ];
  }
  return oldForms.flatMap(([key, binding]) =>
    isOldForm(binding) ? [{ where: hideTokens(key), message: describeOldForm(binding, key) }] : [],
  );
}

function hasJiraProject(binding: unknown): boolean {
  return isObject(binding) && Object.hasOwn(binding, 'jira_project');
}

function namesOther(key: string, binding: unknown): boolean {
  const repo = isObject(binding) ? binding['repo'] : undefined;
  return typeof repo === 'string' && repo.toLowerCase() !== key.toLowerCase();
}

/** The key at the place of a binding in the list that was checked; none for the list itself. */
function toRuntimePath([, index]: MappingPath, keys: readonly string[]): string[] {
  return ['mappings', ...keys.filter((_, at) => at === index)];
}

/** Names the binding, not the field: the message does that. */
function nameOf([block, key]: readonly string[]): string {
  return key === undefined ? 'mapping' : `${block}.${hideTokens(key)}`;
}
