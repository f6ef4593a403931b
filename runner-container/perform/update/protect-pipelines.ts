import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { BUILT_IN_DEFAULTS } from '../../../shared/domain/mapping/defaults.ts';

/**
 * The binding with what decides which pipelines run and who may merge protected, besides what it protects itself: what
 * such a session reads could ask for a change of it.
 */
export function protectPipelines(binding: Binding): Binding {
  const protectedPaths = [...new Set([...binding.protectedPaths, ...BUILT_IN_DEFAULTS.protectedPaths])];
  return { ...binding, protectedPaths };
}
