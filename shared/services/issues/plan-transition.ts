import type { Transition } from '../../domain/ports/jira.ts';
import { sameName } from '../../kernel/text/same-name.ts';

export type TransitionPlan =
  | { action: 'none' }
  /** In the order to try them: one that asks for fields may be refused, and another one still do. */
  | { action: 'transition'; transitions: Transition[] }
  /** `available` names what the workflow offers from here, for the person who has to correct the configuration. */
  | { action: 'unavailable'; available: string[] };

/**
 * How to bring an issue into `targetStatus`. The name of the destination decides; only when no transition leads to a
 * status of that name is the transition's own name tried, because workflows often call it something else ("Start
 * work"). Of several, those that ask for no fields come first. Case and outer spaces do not matter.
 */
export function planTransition(transitions: Transition[], targetStatus: string, currentStatus: string): TransitionPlan {
  if (sameName(currentStatus, targetStatus)) return { action: 'none' };
  const byDestination = transitions.filter(({ to }) => sameName(to.name, targetStatus));
  const named =
    byDestination.length > 0 ? byDestination : transitions.filter(({ name }) => sameName(name, targetStatus));
  if (named.length > 0) return { action: 'transition', transitions: named.toSorted(byRequiredFields) };
  return { action: 'unavailable', available: [...new Set(transitions.map(describe))] };
}

function byRequiredFields(one: Transition, other: Transition): number {
  return (one.requiredFields?.length ?? 0) - (other.requiredFields?.length ?? 0);
}

function describe({ name, to }: Transition): string {
  return sameName(name, to.name) ? to.name : `${to.name} (by "${name}")`;
}
