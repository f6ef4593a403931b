import type { Binding } from './binding.ts';
import { bindingName } from './binding-key.ts';
import { type RuntimeMapping, toRuntimeEntry } from './runtime-mapping.ts';

/** The runtime form of checked bindings; `parseRuntimeMapping` reads its JSON back to the same bindings. */
export function renderMapping(bindings: readonly Binding[]): RuntimeMapping {
  const byName = Map.groupBy(bindings, bindingName);
  return {
    mappings: Object.fromEntries(
      [...byName].flatMap(([name, [first, ...others]]) => (first ? [[name, toRuntimeEntry(first, others)]] : [])),
    ),
  };
}
