import type { Discussion, GitLab, MergeRequest, Note } from '../../domain/ports/gitlab.ts';
import type { CredentialAlarm } from '../../domain/runs/outbox-entry.ts';
import type { Redactor } from '../../kernel/redaction/redact.ts';
import { splitMarker } from '../../kernel/text/marker.ts';

export interface MaskGitLabDeps {
  redactor: Pick<Redactor, 'maskKnown' | 'maskWritten'>;
  /** Called for each read of a merge request or a thread in which a credential of ours stands. Must not throw. */
  onCredential: (alarm: CredentialAlarm) => void;
}

/** GitLab whose texts hold no credential of ours, read or written; see `maskJira`. */
export function maskGitLab(gitlab: GitLab, { redactor, onCredential }: MaskGitLabDeps): GitLab {
  const maskMergeRequest = (found: MergeRequest): MergeRequest => {
    const [title, description] = [redactor.maskKnown(found.title), redactor.maskKnown(found.description)];
    const labels = found.labels.map((label) => redactor.maskKnown(label));
    // The branch keeps its name, which git needs; what is shown of it is masked there.
    const branch = redactor.maskKnown(found.sourceBranch);
    const masked = [title, description, branch, ...labels];
    const read = [found.title, found.description, found.sourceBranch, ...found.labels];
    if (masked.some((text, index) => text !== read[index]))
      onCredential({ kind: 'credential-in-merge-request', projectId: found.projectId, iid: found.iid });
    return { ...found, title, description, labels };
  };
  const maskNote = (note: Note): Note => ({ ...note, body: redactor.maskKnown(note.body) });
  const maskDiscussion = (projectId: number, iid: number, found: Discussion): Discussion => {
    const notes = found.notes.map(maskNote);
    // Notes of the system repeat titles and descriptions, and have no thread.
    const isPasted = found.notes.some(({ body, system }, index) => !system && body !== notes[index]?.body);
    if (isPasted) onCredential({ kind: 'credential-in-note', projectId, iid, discussionId: found.id });
    return { ...found, notes };
  };
  const maskTexts = <T extends { title?: string; description?: string }>(values: T): T => ({
    ...values,
    ...(values.title === undefined ? {} : { title: redactor.maskWritten(values.title) }),
    ...(values.description === undefined ? {} : { description: redactor.maskWritten(values.description) }),
  });
  /** The marker is masked by itself: nothing that begins in the text may reach it, or the note is not found again. */
  const maskBody = (body: string): string => {
    const { before, marker } = splitMarker(body);
    return redactor.maskWritten(before) + redactor.maskWritten(marker);
  };

  return {
    ...gitlab,
    async getMergeRequest(...about) {
      return maskMergeRequest(await gitlab.getMergeRequest(...about));
    },
    async findMergeRequest(...about) {
      const found = await gitlab.findMergeRequest(...about);
      return found && maskMergeRequest(found);
    },
    async findOpenMergeRequest(...about) {
      const found = await gitlab.findOpenMergeRequest(...about);
      return found && maskMergeRequest(found);
    },
    async listMergeRequestsBySourceBranch(...about) {
      return (await gitlab.listMergeRequestsBySourceBranch(...about)).map(maskMergeRequest);
    },
    async listMergeRequests(...about) {
      return (await gitlab.listMergeRequests(...about)).map(maskMergeRequest);
    },
    async listNotes(...about) {
      return (await gitlab.listNotes(...about)).map(maskNote);
    },
    async listDiscussions(projectId, iid) {
      return (await gitlab.listDiscussions(projectId, iid)).map((found) => maskDiscussion(projectId, iid, found));
    },
    async findDiscussion(projectId, iid, id) {
      const found = await gitlab.findDiscussion(projectId, iid, id);
      return found && maskDiscussion(projectId, iid, found);
    },
    createMergeRequest: (projectId, values) => gitlab.createMergeRequest(projectId, maskTexts(values)),
    updateMergeRequest: (projectId, iid, values) => gitlab.updateMergeRequest(projectId, iid, maskTexts(values)),
    createNote: (projectId, iid, body) => gitlab.createNote(projectId, iid, maskBody(body)),
    addCommitComment: (projectId, sha, body) => gitlab.addCommitComment(projectId, sha, maskBody(body)),
    setCommitStatus: (projectId, sha, status) =>
      gitlab.setCommitStatus(projectId, sha, { ...status, description: redactor.maskWritten(status.description) }),
    updateNote: (projectId, iid, id, body) => gitlab.updateNote(projectId, iid, id, maskBody(body)),
    createDiscussion: (projectId, iid, body, ...position) =>
      gitlab.createDiscussion(projectId, iid, maskBody(body), ...position),
    replyToDiscussion: (projectId, iid, id, body) => gitlab.replyToDiscussion(projectId, iid, id, maskBody(body)),
  };
}
