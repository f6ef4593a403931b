import type { Binding } from './binding.ts';
import type { MappingProblem } from './problem.ts';

/** A map that was put in force once, read by today's rules. */
export interface StoredMapping {
  bindings: readonly Binding[];
  /** Bindings that today's rules refuse: nothing is done for them before they are mended. */
  withheld: readonly WithheldBinding[];
}

/** A binding of the map in force that an earlier release accepted and this one refuses. */
export interface WithheldBinding {
  /** To name it by, and never to work on: its refused fields have their defaults. */
  binding: Binding;
  problems: MappingProblem[];
}

/** Every binding of a stored map, in the sense of what it names. */
export function listStored({ bindings, withheld }: StoredMapping): readonly Binding[] {
  return [...bindings, ...withheld.map(({ binding }) => binding)];
}
