import { vi } from 'vitest';

/**
 * Resolves when the condition holds. Five minutes are far above what any of these takes, also on a slow and busy
 * machine.
 *
 * @throws {Error} that names what was waited for, or what the condition itself threw last.
 */
export function waitUntil(what: string, holds: () => boolean | Promise<boolean>, withinMs = 300_000): Promise<void> {
  return vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error(`Waited in vain until ${what}`);
    },
    { timeout: withinMs, interval: 50 },
  );
}
