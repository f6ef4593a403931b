import { isObject } from '../../../kernel/is-object.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { showValue } from './show-value.ts';

interface Place {
  /** In lower case. */
  repo: string;
  path: MappingPath;
  hasJira: boolean;
}

/**
 * Finds a binding without a Jira project whose repository another binding has: of two such bindings one would speak
 * for its merge requests and the other one do nothing. Several Jira projects may share a repository.
 */
export function findDoubledRepositories(bindings: readonly unknown[]): SourceProblem[] {
  const byRepo = Map.groupBy(bindings.flatMap(listPlaces), ({ repo }) => repo);
  return [...byRepo].flatMap(([repo, places]) => describe(repo, places));
}

function describe(repo: string, places: readonly Place[]): SourceProblem[] {
  const [speaker] = [...places.filter(({ hasJira }) => hasJira), ...places];
  const others = places.filter((place) => !place.hasJira && place !== speaker);
  return others.map(({ path }) => ({
    path,
    isAboutKey: false,
    message: speaker?.hasJira
      ? `${showValue(repo)} is bound to a Jira project as well, whose binding has its merge requests reviewed and its notes answered; leave this binding out and write its review there. That is`
      : `${showValue(repo)} is bound twice without a Jira project; leave one out. It is bound first by`,
    ...(speaker ? { relatedPath: speaker.path } : {}),
  }));
}

function listPlaces(binding: unknown, index: number): Place[] {
  if (!isObject(binding)) return [];
  const hasJira = Object.hasOwn(binding, 'jira_project');
  const routes = Array.isArray(binding['routes']) ? binding['routes'] : [];
  const places: [unknown, MappingPath][] = [
    [binding['repo'], ['bindings', index, 'repo']],
    ...routes.map((route: unknown, at): [unknown, MappingPath] => [
      isObject(route) ? route['repo'] : undefined,
      ['bindings', index, 'routes', at, 'repo'],
    ]),
  ];
  return places.flatMap(([repo, path]): Place[] =>
    typeof repo === 'string' ? [{ repo: repo.toLowerCase(), path, hasJira }] : [],
  );
}
