import type { RouteCondition } from '../../../shared/domain/mapping/binding.ts';

/** What a route asks of an issue, in one cell: `component Web or Shop, label ui`. */
export function formatRouteCondition({ components, labels, issueTypes, field }: RouteCondition): string {
  const asked: [what: string, names: readonly string[] | undefined][] = [
    ['component', components],
    ['label', labels],
    ['issue type', issueTypes],
    [field?.name ?? '', field?.values],
  ];
  return asked.flatMap(([what, names]) => (names ? [`${what} ${names.join(' or ')}`] : [])).join(', ');
}
