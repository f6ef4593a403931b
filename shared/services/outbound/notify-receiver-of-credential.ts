import type { Binding } from '../../domain/mapping/binding.ts';
import { buildCredentialEvent } from '../../domain/outbound/build-credential-event.ts';
import type { CredentialNotifiedEntry } from '../../domain/runs/outbox-entry.ts';
import { type NotifyReceiverDeps, notifyReceiver } from './notify-receiver.ts';

export interface NotifyReceiverOfCredentialDeps extends NotifyReceiverDeps {
  /** The bindings of the map as it is now. */
  listBindings: () => Promise<readonly Binding[]>;
}

/** Notifies a webhook that a credential ends. @throws {TaskError} when it cannot be notified now. */
export async function notifyReceiverOfCredential(
  { kind: _, urlRef, ...ending }: CredentialNotifiedEntry,
  deps: NotifyReceiverOfCredentialDeps,
): Promise<'complete' | 'delete'> {
  const bindings = listNotified(ending.credentialRef, urlRef, await deps.listBindings());
  const [rules] = bindings.flatMap(({ events }) => events ?? []);
  if (!rules) return 'delete';
  const jiraProjects = [...new Set(bindings.flatMap(({ jiraProject }) => jiraProject ?? []))];
  const others = bindings.flatMap(({ jiraProject, repo }) => (jiraProject === undefined ? [repo] : []));
  const usedBy = { jiraProjects, ...(others.length > 0 ? { repositories: others } : {}) };
  await notifyReceiver(buildCredentialEvent(ending, { urlRef, ...usedBy, at: deps.clock.now() }), rules, deps);
  return 'complete';
}

/** Bindings with this credential whose webhook wants to know that it ends. */
function listNotified(credentialRef: string, urlRef: string, bindings: readonly Binding[]): Binding[] {
  return bindings.filter(
    ({ credentialRef: own, events }) =>
      own === credentialRef && events?.urlRef === urlRef && events.on.includes('credential.ending'),
  );
}
