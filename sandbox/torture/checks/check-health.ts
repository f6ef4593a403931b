import { z } from 'zod';

import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Violation } from './violation.ts';

const Health = z.object({ status: z.string(), reasons: z.array(z.string()).default([]) });

/** When everything has come to rest the app says that it is well. */
export async function checkHealth({ frontDoor }: Pick<TortureEnvironment, 'frontDoor'>): Promise<Violation[]> {
  const response = await fetch(`${frontDoor.url}/api/health`, { headers: { connection: 'close' } });
  const { status, reasons } = Health.parse(await response.json());
  if (response.ok && status === 'ok') return [];
  return [{ kind: 'defect', what: `health is ${response.status} ${status}: ${reasons.join('; ')}`, ids: [] }];
}
