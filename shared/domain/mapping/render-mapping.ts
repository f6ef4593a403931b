import type { Binding } from './binding.ts';
import { type RuntimeMapping, toRuntimeBinding } from './runtime-mapping.ts';

/** The runtime form of checked bindings; `parseRuntimeMapping` reads its JSON back to the same bindings. */
export function renderMapping(bindings: readonly Binding[]): RuntimeMapping {
  return { mappings: Object.fromEntries(bindings.map((binding) => [binding.jiraProject, toRuntimeBinding(binding)])) };
}
