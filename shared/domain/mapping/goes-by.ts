import type { Binding } from './binding.ts';

/**
 * Whether a task goes by this binding, among those of its Jira project: by the route it names, or by the binding itself
 * where it names none.
 */
export function goesBy({ route }: { route?: string | undefined }, binding: Pick<Binding, 'route'>): boolean {
  return binding.route?.name === route;
}
