import { SECOND } from '../../shared/kernel/clock.ts';

/** Between looks at an empty queue. */
const LOOK_EVERY_MS = 500;
/** The longest, where runs are at work. */
const LOOK_AT_LEAST_EVERY_MS = 4 * SECOND;

/**
 * How long a runner with so many places waits before it looks at an empty queue again. The fuller it is the sooner it
 * looks, so that messages go where the most runs are at work already, and the others run empty and end.
 */
export function planLookMs(places: number, atWork: number): number {
  if (atWork === 0) return LOOK_EVERY_MS;
  return Math.min(LOOK_AT_LEAST_EVERY_MS, LOOK_EVERY_MS * 2 ** (places - atWork - 1));
}
