import type { Binding, Route, RouteCondition } from '../binding.ts';
import type { SourceProblem } from '../problem.ts';
import { showValue } from './show-value.ts';

/**
 * Finds routes of one binding that no issue can go by: two of one name, and one whose issues all fit another one as
 * well, so that each of them would be told that it fits two. `index` is that of the binding.
 */
export function findRouteProblems(bindings: readonly Binding[], index: number): SourceProblem[] {
  const routes = bindings.flatMap(({ route }) => route ?? []);
  const doubled = routes.flatMap(({ name }, at): SourceProblem[] => {
    const first = routes.findIndex((other) => other.name === name);
    const message = `name ${showValue(name)} is the name of two routes. The other is in`;
    return first < at
      ? [{ path: pathTo(index, at), isAboutKey: false, message, relatedPath: pathTo(index, first) }]
      : [];
  });
  return doubled.length > 0 ? doubled : routes.flatMap((route, at) => findCovering(route, at, { routes, index }));
}

function findCovering(
  route: Route,
  at: number,
  { routes, index }: { routes: readonly Route[]; index: number },
): SourceProblem[] {
  const covers = (other: Route) => other !== route && implies(route.when, other.when);
  const wider = routes.findIndex(covers);
  const other = routes[wider];
  if (!other) return [];
  // Of two that ask for the same one is reported.
  if (implies(other.when, route.when) && at < wider) return [];
  const message = `route ${showValue(route.name)} can take no issue: each one that fits it fits route ${showValue(other.name)} as well, and an issue that fits two starts nothing. That one is in`;
  return [{ path: pathTo(index, at), isAboutKey: false, message, relatedPath: pathTo(index, wider) }];
}

function pathTo(index: number, route: number): SourceProblem['path'] {
  return ['bindings', index, 'routes', route, 'name'];
}

/** Whether each issue that has the one has the other as well. */
function implies(one: RouteCondition, other: RouteCondition): boolean {
  const isSameField =
    one.field !== undefined && other.field !== undefined && fold(one.field.name) === fold(other.field.name);
  return (
    isPart(one.components, other.components) &&
    isPart(one.labels, other.labels) &&
    isPart(one.issueTypes, other.issueTypes) &&
    (other.field === undefined || (isSameField && isPart(one.field?.values, other.field.values)))
  );
}

/** What asks for one of a few names asks for one of more; what asks for nothing asks for less. */
function isPart(few: readonly string[] | undefined, more: readonly string[] | undefined): boolean {
  if (more === undefined) return true;
  const known = new Set(more.map(fold));
  return few?.every((name) => known.has(fold(name))) ?? false;
}

function fold(name: string): string {
  return name.trim().toLocaleLowerCase('en');
}
