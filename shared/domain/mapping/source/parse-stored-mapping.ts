import { isObject } from '../../../kernel/is-object.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import type { Binding } from '../binding.ts';
import type { SourceProblem } from '../problem.ts';
import type { StoredMapping, WithheldBinding } from '../stored-mapping.ts';
import { checkSource } from './check-source.ts';
import { hideTokens } from './looks-like-token.ts';
import { resolveBinding } from './resolve-binding.ts';
import { isRepositoryKey, toEntrySource } from './to-entry-source.ts';

/**
 * Reads a map that was put in force once, perhaps by a release with other rules. A binding that today's rules refuse is
 * withheld, with what is to be mended, and the others are as they were. `undefined` where the text is no map. Never
 * throws, and never repeats a secret.
 */
export function parseStoredMapping(text: string): StoredMapping | undefined {
  const value = parseJson(text);
  const mappings = isObject(value) ? value['mappings'] : undefined;
  if (!isObject(mappings)) return undefined;
  let left = Object.entries(mappings);
  const withheld: WithheldBinding[] = [];
  while (left.length > 0) {
    const checked = checkSource({ bindings: left.map(([key, binding]) => toEntrySource(key, binding)) });
    if ('bindings' in checked) return { bindings: checked.bindings, withheld };
    const refused = groupByBinding(checked.problems);
    // A problem of no binding in particular: the whole of it cannot be read.
    if (refused.size === 0) return undefined;
    for (const [index, problems] of refused) {
      const entry = left[index];
      if (entry) withheld.push(withhold(entry, problems));
    }
    left = left.filter((_, index) => !refused.has(index));
  }
  return withheld.length > 0 ? { bindings: [], withheld } : undefined;
}

function groupByBinding(problems: readonly SourceProblem[]): Map<number, SourceProblem[]> {
  const found = new Map<number, SourceProblem[]>();
  for (const problem of problems) {
    const [block, index] = problem.path;
    if (block === 'bindings' && typeof index === 'number') found.set(index, [...(found.get(index) ?? []), problem]);
  }
  return found;
}

function withhold(entry: [string, unknown], problems: readonly SourceProblem[]): WithheldBinding {
  const where = `mappings.${hideTokens(entry[0])}`;
  return {
    binding: resolveAllowed(entry, problems),
    problems: problems.map(({ message, relatedPath }) => ({
      where,
      message: relatedPath ? `${message} another binding` : message,
    })),
  };
}

/** The binding without its refused fields, or by its name only. */
function resolveAllowed([key, binding]: [string, unknown], problems: readonly SourceProblem[]): Binding {
  const refused = new Set(problems.map(({ path }) => path[2]));
  const fields = Object.entries(isObject(binding) ? binding : {}).filter(([field]) => !refused.has(field));
  const checked = checkSource({ bindings: [toEntrySource(key, Object.fromEntries(fields))] });
  const [allowed] = 'bindings' in checked ? checked.bindings : [];
  if (allowed) return allowed;
  const name = hideTokens(key);
  return resolveBinding(isRepositoryKey(key) ? { repo: name } : { jira_project: name, repo: UNKNOWN_REPO });
}

const UNKNOWN_REPO = 'unknown';
