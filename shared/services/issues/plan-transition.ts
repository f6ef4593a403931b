import type { Transition } from '../../domain/ports/jira.ts';

export type TransitionPlan =
  | { action: 'none' }
  | { action: 'transition'; transition: Transition }
  /** `available` names what the workflow offers from here, for the person who has to correct the configuration. */
  | { action: 'unavailable'; available: string[] };

/**
 * How to bring an issue into `targetStatus`. The name of the destination decides; only when no transition leads to a status of that
 * name is the transition's own name tried, because workflows often call it something else ("Start work"). Case and outer spaces do not matter.
 */
export function planTransition(transitions: Transition[], targetStatus: string, currentStatus: string): TransitionPlan {
  if (sameName(currentStatus, targetStatus)) return { action: 'none' };
  const transition =
    transitions.find(({ to }) => sameName(to.name, targetStatus)) ??
    transitions.find(({ name }) => sameName(name, targetStatus));
  if (transition) return { action: 'transition', transition };
  return { action: 'unavailable', available: [...new Set(transitions.map(describe))] };
}

function describe({ name, to }: Transition): string {
  return sameName(name, to.name) ? to.name : `${to.name} (by "${name}")`;
}

function sameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
