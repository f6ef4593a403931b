import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks again after 50 ms at first, and after a twentieth of the time it has waited later: a long wait costs little.
 */
const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * Resolves when the condition holds. Five minutes are far above what any of these takes, also on a slow and busy
 * machine.
 *
 * @throws {Error} that names what was waited for, or what the condition itself threw last.
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 300_000,
): Promise<void> {
  const begun = performance.now();
  for (;;) {
    let failure: unknown = new Error(`Waited in vain until ${what}`);
    try {
      if (await holds()) return;
    } catch (error) {
      failure = error;
    }
    const waited = performance.now() - begun;
    if (waited > withinMs) throw failure;
    await delay(Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, waited / 20)));
  }
}
