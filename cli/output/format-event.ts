import type { RunEvent } from '../../shared/domain/runs/run.ts';

/** What an event says beside its name, as the end of its line: `  attempt=1 runner=r`. */
export function formatEventFields(fields: NonNullable<RunEvent['fields']>): string {
  const texts = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return texts.length > 0 ? `  ${texts.join(' ')}` : '';
}
