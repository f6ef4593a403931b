import type { GitLab, Note, Position } from '../../../shared/domain/ports/gitlab.ts';

/** What a run in shadow would have written on a merge request. */
export interface WithheldNote {
  body: string;
  /** Where in the diff. */
  position?: Position;
  /** The thread it answers. */
  discussionId?: string;
}

/**
 * The same GitLab for a run in shadow: it reads everything and changes nothing. What would be written on a merge
 * request goes to `onNote`.
 */
export function withholdGitLab(gitlab: GitLab, onNote: (note: WithheldNote) => void): GitLab {
  const leave = async (): Promise<void> => {};
  const refuse = (what: string) => async () => {
    throw new Error(`A run in shadow has no use for ${what}`);
  };
  const toNote = async (body: string): Promise<Note> => ({
    ...NEVER_POSTED,
    body,
    author: await gitlab.getCurrentUser(),
  });
  const writes: Pick<GitLab, GitLabWrite> = {
    async createNote(_projectId, _iid, body) {
      onNote({ body });
      return toNote(body);
    },
    async createDiscussion(_projectId, _iid, body, position) {
      onNote({ body, ...(position ? { position } : {}) });
      return { id: '', individualNote: false, notes: [await toNote(body)] };
    },
    async replyToDiscussion(_projectId, _iid, discussionId, body) {
      onNote({ body, discussionId });
      return toNote(body);
    },
    updateNote: leave,
    addReaction: leave,
    resolveDiscussion: leave,
    setCommitStatus: leave,
    addCommitComment: leave,
    retryJob: leave,
    createMergeRequest: refuse('createMergeRequest'),
    updateMergeRequest: refuse('updateMergeRequest'),
    createProjectHook: refuse('createProjectHook'),
    updateProjectHook: refuse('updateProjectHook'),
    deleteProjectHook: refuse('deleteProjectHook'),
    createBranch: refuse('createBranch'),
    deleteBranch: refuse('deleteBranch'),
    cherryPick: refuse('cherryPick'),
  };
  return { ...gitlab, ...writes };
}

const NEVER_POSTED = { id: 0, system: false, createdAt: 0, updatedAt: 0, resolvable: false, resolved: false };

/** Everything of the port that changes GitLab. */
type GitLabWrite =
  | 'createNote'
  | 'createDiscussion'
  | 'replyToDiscussion'
  | 'updateNote'
  | 'addReaction'
  | 'resolveDiscussion'
  | 'setCommitStatus'
  | 'addCommitComment'
  | 'retryJob'
  | 'createMergeRequest'
  | 'updateMergeRequest'
  | 'createProjectHook'
  | 'updateProjectHook'
  | 'deleteProjectHook'
  | 'createBranch'
  | 'deleteBranch'
  | 'cherryPick';
