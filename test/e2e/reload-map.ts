import { setTimeout as delay } from 'node:timers/promises';

import type { FunctionsInstance } from '../../sandbox/environment/start-functions.ts';
import { CANARIES } from './two-teams-environment.ts';

/**
 * Has an instance read its project map again. One that has just done so refuses for some seconds: how long, its answer
 * says, and that is waited for, since how fast a test gets there is not what it is about.
 */
export async function reloadMap(
  instance: FunctionsInstance | undefined,
  query = '',
): Promise<{ status: number; body: Record<string, unknown> }> {
  for (;;) {
    const response = await fetch(`${instance?.url}/api/config/reload${query}`, {
      method: 'POST',
      headers: { 'x-cmap-admin-secret': CANARIES.adminSecret },
    });
    const body = (await response.json()) as Record<string, unknown>; // a reload answers with an object
    if (response.status !== 429) return { status: response.status, body };
    await delay(Number(response.headers.get('retry-after')) * 1000);
  }
}
