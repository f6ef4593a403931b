import {
  formatCredentialInMergeRequest,
  formatCredentialInNote,
} from '../../domain/messages/format-credential-in-note.ts';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import { CREDENTIAL_PURPOSE, ownMarker } from '../../domain/review/read-threads.ts';
import type { CredentialInMergeRequestEntry, CredentialInNoteEntry } from '../../domain/runs/outbox-entry.ts';
import { appendMarker } from '../../kernel/text/marker.ts';
import type { Registry } from '../projects/create-registry.ts';

export interface CredentialInNoteDeps {
  mapping: { current(): Promise<{ registry: Pick<Registry, 'byProjectId'> }> };
  gitlabFor: (
    credentialRef: string,
  ) => Promise<Pick<GitLab, 'getCurrentUser' | 'findDiscussion' | 'replyToDiscussion' | 'listNotes' | 'createNote'>>;
}

/**
 * Says once in a thread that a credential in it has to be rotated. A thread that is gone, or in a project that is not
 * bound any more, is not notified. Safe to repeat. @throws {TaskError} `binding-quarantined`, `gitlab-*`.
 */
export async function notifyCredentialInNote(
  { projectId, iid, discussionId }: CredentialInNoteEntry,
  deps: CredentialInNoteDeps,
): Promise<'complete'> {
  const gitlab = await findGitLab(projectId, deps);
  if (!gitlab) return 'complete';
  const [self, thread] = await Promise.all([
    gitlab.getCurrentUser(),
    gitlab.findDiscussion(projectId, iid, discussionId),
  ]);
  const isSaid = thread?.notes.some((note) => ownMarker(note, self.id)?.purpose === CREDENTIAL_PURPOSE);
  if (!thread || isSaid) return 'complete';
  const marker = { purpose: CREDENTIAL_PURPOSE, scope: `mr~${projectId}~${iid}` };
  await gitlab.replyToDiscussion(projectId, iid, discussionId, appendMarker(formatCredentialInNote(), marker));
  return 'complete';
}

/** Keeps the note on the whole merge request apart from the answers in its threads. */
const IN_TEXT = 'title-or-description';

/** The same for the title and the description of a merge request, in a note of its own. */
export async function notifyCredentialInMergeRequest(
  { projectId, iid }: CredentialInMergeRequestEntry,
  deps: CredentialInNoteDeps,
): Promise<'complete'> {
  const gitlab = await findGitLab(projectId, deps);
  if (!gitlab) return 'complete';
  const [self, notes] = await Promise.all([gitlab.getCurrentUser(), gitlab.listNotes(projectId, iid)]);
  const isSaid = notes.map((note) => ownMarker(note, self.id)).some((marker) => marker?.fingerprint === IN_TEXT);
  if (isSaid) return 'complete';
  const marker = { purpose: CREDENTIAL_PURPOSE, scope: `mr~${projectId}~${iid}`, fingerprint: IN_TEXT };
  await gitlab.createNote(projectId, iid, appendMarker(formatCredentialInMergeRequest(), marker));
  return 'complete';
}

/** `undefined` for a project that is not bound any more. */
async function findGitLab(projectId: number, { mapping, gitlabFor }: CredentialInNoteDeps) {
  const { registry } = await mapping.current();
  const entry = await registry.byProjectId(projectId);
  return entry && gitlabFor(entry.binding.credentialRef);
}
