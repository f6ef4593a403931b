import { sameName } from '../../kernel/text/same-name.ts';
import type { Binding, PlanMode } from '../mapping/binding.ts';

/**
 * Whether work on an issue begins with a plan. The label can only ask for more than the binding does. One that is the
 * trigger as well is taken off when work begins, and stands for all the same. In shadow no plan waits for people: what
 * it leads to changes nothing.
 */
export function planModeOf(
  { labels }: { labels: readonly string[] },
  { mode, plan, planLabel, trigger }: Pick<Binding, 'mode' | 'plan' | 'planLabel' | 'trigger'>,
): PlanMode {
  if (planLabel === undefined) return plan;
  const isTrigger = trigger.kind === 'label' && sameName(trigger.label, planLabel);
  const isAsked = isTrigger || labels.some((label) => sameName(label, planLabel));
  if (!isAsked) return plan;
  return mode === 'live' ? 'ask' : 'show';
}
