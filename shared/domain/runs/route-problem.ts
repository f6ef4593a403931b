import * as z from 'zod';

const ROUTE_PROBLEMS = [
  /** It fits no route, and the binding names no repository for such issues. */
  'no-route',
  'several-routes',
] as const;

const VERSION_PROBLEMS = [
  /** Its target branch is named after its fix version, and it has none. */
  'no-version',
  'several-versions',
  /** Its fix version makes no name of a branch. */
  'odd-version',
] as const;

/** Why the fix versions of an issue name no branch. */
export type VersionProblem = (typeof VERSION_PROBLEMS)[number];

/** Why an issue has no repository or no branch. Dashboards count these words: add freely, rename never. */
export const RouteProblem = z.enum([...ROUTE_PROBLEMS, ...VERSION_PROBLEMS]);
export type RouteProblem = z.infer<typeof RouteProblem>;
