import type { Binding } from '../../domain/mapping/binding.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import type { CredentialEnding } from '../../domain/runs/outbox-entry.ts';

/**
 * Has the teams of a credential notified that it ends, once for any number of calls.
 * @throws {TaskError} of storage or map
 */
export type AnnounceEnding = (ending: CredentialEnding) => Promise<void>;

export interface AnnounceEndingDeps {
  outbox: Pick<Outbox, 'enqueue'>;
  /** The bindings of the map as it is now. */
  listBindings: () => Promise<readonly Binding[]>;
}

/** Puts the end of a credential into the outbox: once for each webhook and each issue of the bindings that use it. */
export function createAnnounceEnding({ outbox, listBindings }: AnnounceEndingDeps): AnnounceEnding {
  return async (ending) => {
    const users = (await listBindings()).filter(({ credentialRef }) => credentialRef === ending.credentialRef);
    const urls = users.flatMap(({ events }) => (events?.on.includes('credential.ending') ? [events.urlRef] : []));
    const issues = users.flatMap(({ noticesIssue }) => noticesIssue ?? []);
    for (const urlRef of new Set(urls)) await outbox.enqueue({ kind: 'credential-told', urlRef, ...ending });
    for (const issueKey of new Set(issues)) await outbox.enqueue({ kind: 'credential-notice', issueKey, ...ending });
  };
}
