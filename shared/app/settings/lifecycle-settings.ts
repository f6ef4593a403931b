import type * as z from 'zod/mini';
import { planRepairTimeouts, type RepairTimeouts } from '../../domain/runs/repair-timeouts.ts';
import { SECOND } from '../../kernel/clock.ts';
import { withDefault } from './setting.ts';
import { wholeNumber } from './setting-parsers.ts';

export interface LifecycleSettings {
  /** The wait after a first failed attempt or poll. */
  retryBaseMs: number;
  repairTimeouts: RepairTimeouts;
}

export const lifecycleShape = {
  RETRY_BASE_SECONDS: withDefault(wholeNumber({ min: 1, max: 3600 }), {
    description: 'Wait after a first failed attempt or poll; doubled after each further one.',
    fix: 'Set it to a number of seconds from 1 to 3600; below 30 only for tests.',
    default: '30',
  }),
  SWEEP_PATIENCE_SECONDS: withDefault(wholeNumber({ min: 1, max: 3600 }), {
    description: 'How long a run may look stuck before the sweeper sends it again; related waits are derived from it.',
    fix: 'Set it to a number of seconds from 1 to 3600, the same for functions and runner; below 120 only for tests.',
    default: '120',
  }),
};

export function buildLifecycleSettings(values: {
  RETRY_BASE_SECONDS: z.output<(typeof lifecycleShape)['RETRY_BASE_SECONDS']>;
  SWEEP_PATIENCE_SECONDS: z.output<(typeof lifecycleShape)['SWEEP_PATIENCE_SECONDS']>;
}): LifecycleSettings {
  return {
    retryBaseMs: values.RETRY_BASE_SECONDS * SECOND,
    repairTimeouts: planRepairTimeouts(values.SWEEP_PATIENCE_SECONDS * SECOND),
  };
}
