import type { Binding } from './binding.ts';
import { type RuntimeMapping, toRuntimeProject } from './runtime-mapping.ts';

/** The runtime form of checked bindings; `parseRuntimeMapping` reads its JSON back to the same bindings. */
export function renderMapping(bindings: readonly Binding[]): RuntimeMapping {
  const byProject = Map.groupBy(bindings, ({ jiraProject }) => jiraProject);
  return {
    mappings: Object.fromEntries(
      [...byProject].flatMap(([jiraProject, [first, ...others]]) =>
        first ? [[jiraProject, toRuntimeProject(first, others)]] : [],
      ),
    ),
  };
}
