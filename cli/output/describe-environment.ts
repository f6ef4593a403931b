import type { NamedEnvironment } from '../io/named-environment.ts';

/** Such as `prod (CMAP_ENV), but for JIRA_URL, which the shell sets`. */
export function describeEnvironment({ name, chosenBy, overridden }: NamedEnvironment): string {
  const shell = overridden.length === 0 ? '' : `, but for ${overridden.join(', ')}, which the shell sets`;
  return `${name} (${chosenBy})${shell}`;
}
