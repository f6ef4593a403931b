import type { Binding } from '../../domain/mapping/binding.ts';
import { buildRunEvent, type RunEventPlaces } from '../../domain/outbound/build-run-event.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { RunNotifiedEntry } from '../../domain/runs/outbox-entry.ts';
import { isFinal, type Run } from '../../domain/runs/run.ts';
import { eventsSubject } from '../../domain/runs/subjects.ts';
import { type ErrorCode, TaskError } from '../../kernel/errors.ts';
import { type NotifyReceiverDeps, notifyReceiver } from './notify-receiver.ts';

export interface NotifyReceiverOfRunDeps extends NotifyReceiverDeps, RunEventPlaces {
  ledger: Pick<RunLedger, 'find' | 'listEvents'>;
  skipLog: Pick<SkipLog, 'record'>;
  /** The binding of a Jira project as the map is now. */
  bindingFor: (jiraProject: string, route?: string) => Promise<Binding | undefined>;
  /** The one that speaks for a repository's merge requests. */
  bindingOfProject: (projectId: number) => Promise<Binding | undefined>;
}

/**
 * Notifies the webhook of a run's binding that it has started or ended, once it has. What keeps an event from arriving
 * and only a person can mend is kept for `cmap explain`.
 * @throws {TaskError} when it cannot be notified now.
 */
export async function notifyReceiverOfRun(
  { runId, moment }: RunNotifiedEntry,
  deps: NotifyReceiverOfRunDeps,
): Promise<'complete' | 'delete' | 'reschedule'> {
  const run = await deps.ledger.find(runId);
  if (!run) return 'delete';
  const at = moment === 'ended' ? findEnd(run) : await findStart(run, deps);
  // The entry was written before the run moved; one that ended unbegun never starts.
  if (at === undefined) return isFinal(run.state) ? 'delete' : 'reschedule';
  const binding = await findBinding(run, deps);
  const event = binding && buildRunEvent({ run, binding, moment, at }, deps);
  if (!event || !binding?.events) return 'delete';
  try {
    await notifyReceiver(event, binding.events, deps);
  } catch (error) {
    if (error instanceof TaskError && FOR_A_PERSON.has(error.code)) {
      await deps.skipLog.record(eventsSubject(run.task.scope), error.code, error.detail);
    }
    throw error;
  }
  return 'complete';
}

const FOR_A_PERSON: ReadonlySet<ErrorCode> = new Set([
  'events-url-wrong',
  'events-secret-wrong',
  'events-refused',
  'credential-unknown',
]);

/** A final run changes only in whether its end was reported, which moves no time. */
function findEnd({ state, updatedAt }: Run): number | undefined {
  return isFinal(state) ? updatedAt : undefined;
}

/** A run that only looked whether it is its turn has given its attempt back: it has not started. */
async function findStart(
  { runId, attempt }: Run,
  { ledger }: Pick<NotifyReceiverOfRunDeps, 'ledger'>,
): Promise<number | undefined> {
  if (attempt === 0) return undefined;
  const events = await ledger.listEvents(runId, 0, () => {});
  return events.findLast(({ name, fields }) => name === 'running' && fields?.['attempt'] === 1)?.at;
}

function findBinding({ task }: Run, deps: NotifyReceiverOfRunDeps): Promise<Binding | undefined> {
  if (task.kind === 'coding') return deps.bindingFor(task.jiraProject, task.route);
  return 'projectId' in task ? deps.bindingOfProject(task.projectId) : Promise.resolve(undefined);
}
