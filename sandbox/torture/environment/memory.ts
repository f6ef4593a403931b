import { type Allowance, findAllowance } from '../../../shared/domain/runs/allowed-event.ts';
import { findRefusedWork, type RefusedWork } from '../../../shared/domain/runs/refused-work.ts';
import { isFinal, type Run, type RunEvent } from '../../../shared/domain/runs/run.ts';
import type { Environment } from '../../environment/start-environment.ts';
import { findMarkers } from './markers.ts';

/** What never changes once it was read, kept because a long torture is looked at many times. */
export interface Memory {
  /** What the finished coding runs have recorded, by their ids. */
  records(runs: readonly Run[]): Promise<ReadonlyMap<string, RunRecord>>;
  /** The markers that reached the model so far. */
  receivedMarkers(): ReadonlySet<string>;
}

/** What the events of a coding run say. */
export interface RunRecord {
  /** When it asked the agent for the last time; 0 where it never did. */
  sessionAt: number;
  refused?: RefusedWork;
  allowed?: Allowance;
}

export function createMemory({ storage, model }: Pick<Environment, 'storage' | 'model'>): Memory {
  const records = new Map<string, RunRecord>();
  const markers = new Set<string>();
  let read = 0;
  return {
    async records(runs) {
      for (const { runId, state, task } of runs) {
        if (task.kind !== 'coding' || !isFinal(state) || records.has(runId)) continue;
        records.set(runId, readRecord(await storage.ledger.listEvents(runId)));
      }
      return records;
    },
    receivedMarkers() {
      const requests = model?.requests ?? [];
      for (const { body } of requests.slice(read)) for (const marker of findMarkers(body)) markers.add(marker);
      read = requests.length;
      return markers;
    },
  };
}

function readRecord(events: readonly RunEvent[]): RunRecord {
  const sessionAt = events.findLast(({ name }) => name === 'agent-started')?.at ?? 0;
  const [refused, allowed] = [findRefusedWork(events), findAllowance(events)];
  return { sessionAt, ...(refused ? { refused } : {}), ...(allowed ? { allowed } : {}) };
}
