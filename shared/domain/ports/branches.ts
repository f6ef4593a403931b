/** What became of a commit that GitLab was asked to apply; `empty`: the branch has all of it already. */
export type PickResult = 'picked' | 'conflict' | 'empty';

/** Branches that GitLab itself writes to, without a clone. */
export interface Branches {
  /** A new branch at the head of another one; `there`: one of this name stays as it is. */
  createBranch(projectId: number, name: string, from: string): Promise<'created' | 'there'>;
  /** Nothing to do where it is gone. */
  deleteBranch(projectId: number, name: string): Promise<void>;
  /**
   * Applies a commit to a branch, of a merge commit what it brought. Its message ends with the commit it is from.
   */
  cherryPick(projectId: number, sha: string, branch: string): Promise<PickResult>;
  /** The commits of a merge request, oldest first. */
  listCommitsOfMergeRequest(projectId: number, iid: number): Promise<string[]>;
}
