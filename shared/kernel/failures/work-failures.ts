import type { Failure } from './failure.ts';

/** A run, a command or an audit that cannot be done or went wrong. */
export const WORK_FAILURES = {
  'task-too-large': {
    retry: false,
    sentence: 'The task is too large to be stored.',
    next: 'Ask the platform team to look up this task in the log.',
  },
  'run-unknown': {
    retry: false,
    sentence: 'There is no run with this id.',
    next: 'List the runs with cmap and check the id.',
  },
  'run-final': { retry: false, sentence: 'This run has ended and never changes again.', next: 'Start a new run.' },
  'binding-unknown': {
    retry: false,
    sentence: 'This project is no longer mapped to a repository.',
    next: 'Add the binding again if this was not intended.',
  },
  'binding-quarantined': {
    retry: true,
    sentence: 'The repository of this binding cannot be reached at the moment.',
    next: 'Check repo and credential_ref of the binding.',
  },
  'image-unknown': {
    retry: true,
    sentence: 'No runner of the deployment has the image that the binding names.',
    next: 'Add the image to runner_images of the deployment, or correct `image` of the binding.',
  },
  'route-undecided': {
    retry: false,
    sentence:
      'The map was changed before this run began, and by what the ticket says it is not clear where to work on it.',
    next: 'Give the ticket what exactly one route of its project asks for, or exactly one fix version.',
  },
  'issue-moved-on': {
    retry: false,
    sentence: 'The issue left its trigger before work began.',
    next: 'Nothing to do, unless it should be done after all.',
  },
  'target-branch-missing': {
    retry: false,
    sentence: 'The target branch does not exist in the repository.',
    next: 'Create the branch or correct target_branch of the binding.',
  },
  'repository-empty': {
    retry: false,
    sentence: 'The repository has no commit yet.',
    next: 'Push a first commit to the target branch.',
  },
  'tree-refused': {
    retry: false,
    sentence: 'The branch has paths that git writes into no directory.',
    next: 'Rename or delete these paths on the branch.',
  },
  'clone-shallow': {
    retry: false,
    sentence: 'The local clone is shallow, so commits of the release may be missing in it.',
    next: 'Fetch all of it: GIT_DEPTH: 0 in .gitlab-ci.yml, or git fetch --unshallow.',
  },
  'clone-partial': {
    retry: false,
    sentence: 'The local clone is a partial one, without the files that paths and patches are read from.',
    next: 'Clone it again without --filter.',
  },
  'clone-commit-missing': {
    retry: false,
    sentence: 'The local clone does not have a commit that GitLab names.',
    next: 'Run git fetch --tags in the clone, then the audit again.',
  },
  'clone-unreadable': {
    retry: false,
    sentence: 'The local clone could not be read by git.',
    next: 'Run git fsck in it, or audit without --git-dir.',
  },
  'clone-url-foreign': {
    retry: false,
    sentence: 'The clone URL does not lie on the configured GitLab, so no credential was sent there.',
    next: 'Ask the platform team to compare GITLAB_URL with the external URL of GitLab.',
  },
  'clone-failed': {
    retry: true,
    sentence: 'The repository could not be cloned.',
    next: 'Nothing to do; it is tried again.',
  },
  'git-failed': {
    retry: false,
    sentence: 'A git command failed.',
    next: 'Ask the platform team to look up this run in the log.',
  },
  'git-transfer-broken': {
    retry: true,
    sentence: 'The connection to GitLab broke while git used it.',
    next: 'Nothing to do; it is tried again.',
  },
  'commits-not-sent': {
    retry: true,
    sentence: 'GitLab names the commits but does not send them.',
    next: 'Nothing to do at first: it is tried again. If it stays so, ask the administrators of GitLab to check the repository.',
  },
  'git-timed-out': { retry: true, sentence: 'A git command took too long.', next: 'Nothing to do; it is tried again.' },
  'push-rejected': {
    retry: false,
    sentence: 'GitLab refused the push: the branch is protected or the credential may not push.',
    next: 'Allow the agent to push to its branches.',
  },
  'lfs-refused': {
    retry: false,
    sentence: 'GitLab did not take the files of Git LFS.',
    next: 'Switch Git LFS on in the settings of the project and let the agent push to it, or add these files by hand.',
  },
  'branch-in-the-way': {
    retry: false,
    sentence: 'A branch in the repository stands in the way of the name of the branch of this issue.',
    next: 'Rename that branch or set branch_prefix of the binding.',
  },
  'branch-of-other-target': {
    retry: false,
    sentence:
      'The branch of this issue was made for another target branch, and a merge request from it would bring that one along.',
    next: 'Move what it holds by hand where that is still wanted, and delete the branch.',
  },
  'branch-name-refused': {
    retry: false,
    sentence: 'A push rule of the project does not take the name of the branch.',
    next: 'Set branch_prefix of the binding to what the rule wants.',
  },
  'file-name-refused': {
    retry: false,
    sentence: 'A push rule of the project does not take the name of a file in the change.',
    next: 'Ask for another name of the file, add it by hand, or change the rule in the settings of the project.',
  },
  'file-size-refused': {
    retry: false,
    sentence: 'GitLab does not take a file of the change, because it is too large.',
    next: 'Give such files to Git LFS in .gitattributes, ask for a smaller one, or raise the limit in GitLab.',
  },
  'secret-refused': {
    retry: false,
    sentence: 'The secret push protection of GitLab found a credential in the change.',
    next: 'Say where the value comes from at run time. If it is none, add an exclusion to the secret push protection of the project.',
  },
  'repository-full': {
    retry: false,
    sentence: 'The repository has reached the size that GitLab allows.',
    next: 'Ask the administrators of GitLab to raise the limit of the repository, or make the repository smaller.',
  },
  'commit-message-refused': {
    retry: false,
    sentence: 'A push rule of the project refused the message of the commit.',
    next: 'Set commit.subject of the binding to what the rule wants.',
  },
  'signing-key-unusable': {
    retry: false,
    sentence: 'The key that should sign the commits cannot be used.',
    next: 'Ask the platform team to store an SSH key without a passphrase under the name in commit.signing_key_ref.',
  },
  'commit-sign-off-missing': {
    retry: false,
    sentence: 'A push rule of the project wants commits with a sign-off.',
    next: 'Set commit.sign_off of the binding to true.',
  },
  'commit-author-refused': {
    retry: false,
    sentence: 'A push rule of the project does not take the author of the commit.',
    next: "Ask the platform team to set GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL to those of the token's account.",
  },
  'commit-signature-missing': {
    retry: false,
    sentence: 'A push rule of the project wants commits that are signed with a key it knows.',
    next: 'Set commit.signing_key_ref of the binding to a key of the account of the token, or make an exception from the rule for the project.',
  },
  'branch-moved': {
    retry: true,
    sentence: 'A person pushed to the branch at the same moment.',
    next: 'Nothing to do; it is tried again.',
  },
  'branch-gone': {
    retry: false,
    sentence: 'The source branch was deleted.',
    next: 'Restore the branch.',
  },
  'rebase-conflict': {
    retry: false,
    sentence: 'The change conflicts with other commits on the branch.',
    next: 'Resolve the conflict on the branch by hand, or ask for less.',
  },
  'change-refused': {
    retry: false,
    sentence: 'The checks before the push refused the change, so nothing was delivered.',
    next: 'Make that part of the change by hand, or ask for the change without it.',
  },
  'validation-failed': {
    retry: false,
    sentence: 'The validate command of the binding failed on the change, so nothing was delivered.',
    next: 'Look at what it printed and say more exactly what should be done.',
  },
  'mcp-server-failed': {
    retry: false,
    sentence: 'An MCP server that work in this project needs did not start.',
    next: 'Ask the platform team to look at mcp_servers of the binding and at the log of the runner; `optional: true` lets work go on without it.',
  },
  'agent-timed-out': {
    retry: false,
    sentence: 'The agent ran out of time.',
    next: 'Split the work into smaller issues or merge requests.',
  },
  'agent-silent': { retry: true, sentence: 'The model stopped answering.', next: 'Nothing to do; it is tried again.' },
  'agent-budget-exhausted': {
    retry: false,
    sentence: 'The agent used up the budget of this run.',
    next: 'Split the work into smaller issues or merge requests, or raise budget of the binding.',
  },
  'agent-no-result': {
    retry: false,
    sentence: 'The agent ended without giving a result.',
    next: 'Say more exactly what should be done.',
  },
  'agent-crashed': { retry: true, sentence: 'The agent process died.', next: 'Nothing to do; it is tried again.' },
  'memory-short': {
    retry: true,
    sentence: 'The run needed more memory than its runner had left beside other runs.',
    next: 'It is tried again. Where it comes again, give the binding a runner image with more memory, or let runners do fewer runs at once.',
  },
  'claim-lost': { retry: true, sentence: 'Another runner took over.', next: 'Nothing to do.' },
  interrupted: { retry: true, sentence: 'The runner was asked to stop.', next: 'Nothing to do; it is tried again.' },
  'too-many-attempts': {
    retry: false,
    sentence: 'This was tried several times without success.',
    next: 'Ask the platform team to look up this run.',
  },
  'message-unreadable': {
    retry: false,
    sentence: 'A queue message could not be read.',
    next: 'Ask the platform team to look at the poison queue.',
  },
  'evidence-missing': {
    retry: false,
    sentence: 'The evidence of this audit is not complete.',
    next: 'Run the audit again with access to the services, or with --resume when it was interrupted.',
  },
  'evidence-damaged': {
    retry: false,
    sentence: 'A file of the evidence is not what was stored.',
    next: 'Restore the file from a copy, or run the audit again into an empty folder.',
  },
  'audit-not-planned': {
    retry: false,
    sentence: 'The map does not have what should be audited.',
    next: 'Check the projects and repositories of the audit against `cmap show`.',
  },
  'version-unknown': {
    retry: false,
    sentence: 'No audited Jira project has this fix version.',
    next: 'Check the name of the version and the projects.',
  },
  unexpected: {
    retry: false,
    sentence: 'An unexpected error happened.',
    next: 'Ask the platform team to look up this run in the log.',
  },
} as const satisfies Record<string, Failure>;
