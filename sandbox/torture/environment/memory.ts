import { isFinal, type Run } from '../../../shared/domain/runs/run.ts';
import type { Environment } from '../../environment/start-environment.ts';
import { findMarkers } from './markers.ts';

/** What never changes once it was read, kept because a long torture is looked at many times. */
export interface Memory {
  /** When each finished coding run asked the agent for the last time; 0 where it never did. */
  sessions(runs: readonly Run[]): Promise<ReadonlyMap<string, number>>;
  /** The markers that reached the model so far. */
  receivedMarkers(): ReadonlySet<string>;
}

export function createMemory({ storage, model }: Pick<Environment, 'storage' | 'model'>): Memory {
  const sessionAt = new Map<string, number>();
  const markers = new Set<string>();
  let read = 0;
  return {
    async sessions(runs) {
      for (const { runId, state, task } of runs) {
        if (task.kind !== 'coding' || !isFinal(state) || sessionAt.has(runId)) continue;
        const events = await storage.ledger.listEvents(runId);
        sessionAt.set(runId, events.findLast(({ name }) => name === 'agent-started')?.at ?? 0);
      }
      return sessionAt;
    },
    receivedMarkers() {
      const requests = model?.requests ?? [];
      for (const { body } of requests.slice(read)) for (const marker of findMarkers(body)) markers.add(marker);
      read = requests.length;
      return markers;
    },
  };
}
