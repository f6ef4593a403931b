import { vi } from 'vitest';

/**
 * Resolves when the condition holds. A minute and a half is ten times what any of these takes on a slow machine.
 *
 * @throws {Error} that names what was waited for, or what the condition itself threw last.
 */
export function waitUntil(what: string, holds: () => boolean | Promise<boolean>, withinMs = 90_000): Promise<void> {
  return vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error(`Waited in vain until ${what}`);
    },
    { timeout: withinMs, interval: 50 },
  );
}
