import type { GitLabDeps } from '../adapters/gitlab/create-gitlab.ts';
import type { GitLab } from '../domain/ports/gitlab.ts';
import type { Secret } from '../kernel/secret.ts';
import type { CredentialRegistry } from '../services/credentials/credential-registry.ts';
import { withRereadOn401 } from '../services/credentials/reread-on-401.ts';

export interface RereadingGitLabDeps extends Omit<GitLabDeps, 'token'> {
  credentials: Pick<CredentialRegistry, 'get' | 'reread'>;
}

/**
 * GitLab through the credential of this ref, whose value may change: when GitLab refuses it, the Key Vault is read
 * again and the call repeated with the new value.
 */
export function createRereadingGitLab(ref: string, { credentials, ...deps }: RereadingGitLabDeps): GitLab {
  let current: { token: Secret; client: GitLab } | undefined;

  const clientFor = async (token: Secret): Promise<GitLab> => {
    if (current?.token.matches(token.reveal())) return current.client;
    // Loaded with the first call: most invocations of a function never talk to GitLab.
    const { createGitLab } = await import('../adapters/gitlab/create-gitlab.ts');
    if (!current?.token.matches(token.reveal())) current = { token, client: createGitLab({ ...deps, token }) };
    return current.client;
  };

  /** One method of the port through the client of the moment. */
  const through =
    <Args extends unknown[], Result>(pick: (client: GitLab) => (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      withRereadOn401(credentials, ref, async (token) => pick(await clientFor(token))(...args));

  return {
    getCurrentUser: through((client) => client.getCurrentUser),
    findTokenInfo: through((client) => client.findTokenInfo),
    findProject: through((client) => client.findProject),
    getProject: through((client) => client.getProject),
    listProjects: through((client) => client.listProjects),
    findBranch: through((client) => client.findBranch),
    getAccessLevel: through((client) => client.getAccessLevel),
    findUserById: through((client) => client.findUserById),
    findUserByUsername: through((client) => client.findUserByUsername),
    findUserByEmail: through((client) => client.findUserByEmail),
    inspectProject: through((client) => client.inspectProject),
    listApprovers: through((client) => client.listApprovers),
    listChangeRequesters: through((client) => client.listChangeRequesters),
    findOpenMergeRequest: through((client) => client.findOpenMergeRequest),
    listMergeRequestsBySourceBranch: through((client) => client.listMergeRequestsBySourceBranch),
    getMergeRequest: through((client) => client.getMergeRequest),
    findMergeRequest: through((client) => client.findMergeRequest),
    createMergeRequest: through((client) => client.createMergeRequest),
    updateMergeRequest: through((client) => client.updateMergeRequest),
    listMergeRequests: through((client) => client.listMergeRequests),
    listOpenMergeRequestsBy: through((client) => client.listOpenMergeRequestsBy),
    listFailedPipelines: through((client) => client.listFailedPipelines),
    listPassedPipelines: through((client) => client.listPassedPipelines),
    findPipeline: through((client) => client.findPipeline),
    listJobs: through((client) => client.listJobs),
    findManualJobs: through((client) => client.findManualJobs),
    listFailedChildren: through((client) => client.listFailedChildren),
    retryJob: through((client) => client.retryJob),
    readJobLog: through((client) => client.readJobLog),
    listFailedTests: through((client) => client.listFailedTests),
    listNotes: through((client) => client.listNotes),
    createNote: through((client) => client.createNote),
    listCommitComments: through((client) => client.listCommitComments),
    findCommitStatus: through((client) => client.findCommitStatus),
    setCommitStatus: through((client) => client.setCommitStatus),
    addCommitComment: through((client) => client.addCommitComment),
    updateNote: through((client) => client.updateNote),
    addReaction: through((client) => client.addReaction),
    listDiscussions: through((client) => client.listDiscussions),
    findDiscussion: through((client) => client.findDiscussion),
    createDiscussion: through((client) => client.createDiscussion),
    replyToDiscussion: through((client) => client.replyToDiscussion),
    resolveDiscussion: through((client) => client.resolveDiscussion),
    listProjectHooks: through((client) => client.listProjectHooks),
    createProjectHook: through((client) => client.createProjectHook),
    updateProjectHook: through((client) => client.updateProjectHook),
    deleteProjectHook: through((client) => client.deleteProjectHook),
    createBranch: through((client) => client.createBranch),
    deleteBranch: through((client) => client.deleteBranch),
    cherryPick: through((client) => client.cherryPick),
    listCommitsOfMergeRequest: through((client) => client.listCommitsOfMergeRequest),
  };
}
