import { withoutListed } from '../../shared/domain/runs/listed-fields.ts';
import { withoutPlan } from '../../shared/domain/runs/plan-event.ts';
import type { RunEvent } from '../../shared/domain/runs/run.ts';
import { shortenRunner } from './shorten-runner.ts';

/**
 * What an event says beside its name, as the end of its line: `  attempt=1 runner=r`. What the next run is to read, the
 * parts of a plan and the record of a description, is left to `--json`.
 */
export function formatEventFields({ described: _, ...fields }: NonNullable<RunEvent['fields']>): string {
  const texts = Object.entries(withoutListed(withoutPlan(fields))).map(
    ([name, value]) => `${name}=${name === 'runner' ? shortenRunner(String(value)) : value}`,
  );
  return texts.length > 0 ? `  ${texts.join(' ')}` : '';
}
