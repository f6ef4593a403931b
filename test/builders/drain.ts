import { SECOND } from '../../shared/kernel/clock.ts';

/** Limits and times of a runner's loop, as the settings have them unless they say otherwise. */
export const DRAIN_TIMES = { maxAttempts: 5, graceMs: 20 * SECOND, idleMs: 0, leaseMs: 180 * SECOND };
