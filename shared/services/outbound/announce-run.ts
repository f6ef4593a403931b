import type { Binding } from '../../domain/mapping/binding.ts';
import type { EventType } from '../../domain/mapping/event-rules.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import { buildRunNotified, type RunNotifiedEntry } from '../../domain/runs/outbox-entry.ts';
import type { Run } from '../../domain/runs/run.ts';

/** Has a webhook notified that a run starts or ends, once for any number of calls. Call it before the run moves. */
export type AnnounceRun = (run: Pick<Run, 'runId' | 'task'>, moment: RunNotifiedEntry['moment']) => Promise<void>;

export interface AnnounceRunDeps {
  outbox: Pick<Outbox, 'enqueue'>;
  /** The bindings of the map as it is now. */
  listBindings: () => Promise<readonly Binding[]>;
}

/**
 * Puts what a webhook may be notified of into the outbox. What is written before the run moves is there after a crash,
 * and is sent only once the run has moved. Costs nothing where no binding has a webhook.
 */
export function createAnnounceRun({ outbox, listBindings }: AnnounceRunDeps): AnnounceRun {
  return async (run, moment) => {
    const entry = buildRunNotified(run, moment);
    if (entry && isWanted(entry, run, await listBindings())) await outbox.enqueue(entry);
  };
}

/** Whether it may be wanted. Whose a merge request is, is looked up only where there is a webhook to be notified. */
function isWanted({ moment }: RunNotifiedEntry, { task }: Pick<Run, 'task'>, bindings: readonly Binding[]): boolean {
  return bindings
    .filter(({ jiraProject }) => task.kind !== 'coding' || jiraProject === task.jiraProject)
    .some(({ events }) => events?.on.some((type) => TYPES[moment].includes(type)));
}

const TYPES: Readonly<Record<RunNotifiedEntry['moment'], readonly EventType[]>> = {
  started: ['run.started'],
  ended: ['run.finished', 'run.needs-you'],
};
