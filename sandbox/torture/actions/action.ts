import type { Random } from '../environment/random.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Weighted } from './plan-actions.ts';

/** One thing that happens: what a person does, or what breaks. */
export interface Action extends Weighted {
  /**
   * Does it and resolves to what was done, or to `undefined` when there was nothing to do it to. It may throw what a
   * person would see as an error message, such as a refused push.
   */
  run(torture: TortureEnvironment, random: Random): Promise<string | undefined>;
}
