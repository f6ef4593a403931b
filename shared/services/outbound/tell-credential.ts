import type { Binding } from '../../domain/mapping/binding.ts';
import { buildCredentialEvent } from '../../domain/outbound/build-credential-event.ts';
import type { CredentialToldEntry } from '../../domain/runs/outbox-entry.ts';
import { type TellReceiverDeps, tellReceiver } from './tell-receiver.ts';

export interface TellCredentialDeps extends TellReceiverDeps {
  /** The bindings of the map as it is now. */
  listBindings: () => Promise<readonly Binding[]>;
}

/** Tells a webhook that a credential ends. @throws {TaskError} when it cannot be told now. */
export async function tellCredential(
  { kind: _, urlRef, ...ending }: CredentialToldEntry,
  deps: TellCredentialDeps,
): Promise<'complete' | 'delete'> {
  const bindings = listTold(ending.credentialRef, urlRef, await deps.listBindings());
  const [rules] = bindings.flatMap(({ events }) => events ?? []);
  if (!rules) return 'delete';
  const jiraProjects = bindings.map(({ jiraProject }) => jiraProject);
  await tellReceiver(buildCredentialEvent(ending, { urlRef, jiraProjects, at: deps.clock.now() }), rules, deps);
  return 'complete';
}

/** Bindings with this credential whose webhook wants to know that it ends. */
function listTold(credentialRef: string, urlRef: string, bindings: readonly Binding[]): Binding[] {
  return bindings.filter(
    ({ credentialRef: own, events }) =>
      own === credentialRef && events?.urlRef === urlRef && events.on.includes('credential.ending'),
  );
}
