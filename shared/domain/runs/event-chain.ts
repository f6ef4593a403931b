import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256 as sha256Of } from '../../kernel/sha256.ts';
import type { RunEvent } from './run.ts';

export interface ChainedEvent extends RunEvent {
  /** SHA-256 of the event before, of the same run; null for the first. */
  previous: string | null;
  /** SHA-256 of `previous`, a line end, and the event as canonical JSON of `runId`, `at`, `name` and `fields`. */
  sha256: string;
}

/**
 * The events of one run in their order, each hashed with the one before: one that is changed, taken out or put in
 * breaks the chain.
 */
export function chainEvents(events: readonly RunEvent[]): ChainedEvent[] {
  let previous: string | null = null;
  return events.map((event) => {
    const { runId, at, name, fields } = event;
    const text = canonicalJson({ runId, at, name, fields });
    const sha256 = sha256Of(`${previous ?? ''}\n${text}`);
    const chained: ChainedEvent = { ...event, previous, sha256 };
    previous = sha256;
    return chained;
  });
}
