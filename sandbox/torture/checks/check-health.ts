import { HealthSummary } from '../../../functions/health/health-report.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Violation } from './violation.ts';

/** When everything has come to rest the app says that it is well. */
export async function checkHealth({ frontDoor }: Pick<TortureEnvironment, 'frontDoor'>): Promise<Violation[]> {
  const response = await fetch(`${frontDoor.url}/api/health`, { headers: { connection: 'close' } });
  const { status, reasons } = HealthSummary.parse(await response.json());
  if (response.ok && status === 'ok') return [];
  return [{ kind: 'defect', what: `health is ${response.status} ${status}: ${reasons.join('; ')}`, ids: [] }];
}
