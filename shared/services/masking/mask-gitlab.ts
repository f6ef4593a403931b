import type { Discussion, GitLab, MergeRequest, Note } from '../../domain/ports/gitlab.ts';
import type { Redactor } from '../../kernel/redaction/redact.ts';

/** GitLab whose texts hold no credential of ours, read or written; see `maskJira`. */
export function maskGitLab(gitlab: GitLab, redactor: Pick<Redactor, 'maskKnown' | 'maskWritten'>): GitLab {
  const maskMergeRequest = (found: MergeRequest): MergeRequest => ({
    ...found,
    title: redactor.maskKnown(found.title),
    description: redactor.maskKnown(found.description),
  });
  const maskNote = (note: Note): Note => ({ ...note, body: redactor.maskKnown(note.body) });
  const maskDiscussion = (found: Discussion): Discussion => ({ ...found, notes: found.notes.map(maskNote) });
  const maskTexts = <T extends { title?: string; description?: string }>(values: T): T => ({
    ...values,
    ...(values.title === undefined ? {} : { title: redactor.maskWritten(values.title) }),
    ...(values.description === undefined ? {} : { description: redactor.maskWritten(values.description) }),
  });

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
    async listDiscussions(...about) {
      return (await gitlab.listDiscussions(...about)).map(maskDiscussion);
    },
    async findDiscussion(...about) {
      const found = await gitlab.findDiscussion(...about);
      return found && maskDiscussion(found);
    },
    createMergeRequest: (projectId, values) => gitlab.createMergeRequest(projectId, maskTexts(values)),
    updateMergeRequest: (projectId, iid, values) => gitlab.updateMergeRequest(projectId, iid, maskTexts(values)),
    createNote: (projectId, iid, body) => gitlab.createNote(projectId, iid, redactor.maskWritten(body)),
    addCommitComment: (projectId, sha, body) => gitlab.addCommitComment(projectId, sha, redactor.maskWritten(body)),
    updateNote: (projectId, iid, id, body) => gitlab.updateNote(projectId, iid, id, redactor.maskWritten(body)),
    createDiscussion: (projectId, iid, body, ...position) =>
      gitlab.createDiscussion(projectId, iid, redactor.maskWritten(body), ...position),
    replyToDiscussion: (projectId, iid, id, body) =>
      gitlab.replyToDiscussion(projectId, iid, id, redactor.maskWritten(body)),
  };
}
