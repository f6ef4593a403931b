import { z } from 'zod';

/** Why an issue has no repository to be worked on in. Dashboards count these words: add freely, rename never. */
export const RouteProblem = z.enum([
  /** It fits no route, and the binding names no repository for such issues. */
  'no-route',
  'several-routes',
]);
export type RouteProblem = z.infer<typeof RouteProblem>;
