const ROTATE =
  'Everyone who can see the merge request can use it, and it went out with the notifications, so that editing is not enough. Rotate the credential now, and remove it from the text. The agent has passed it on nowhere: it reads and writes it as `[secret]`.';

/** The answer in a thread in which a credential of this deployment stands. */
export function formatCredentialInNote(): string {
  return `**A credential that this deployment of the agent uses stands in this thread.** ${ROTATE}`;
}

/** The note on a merge request whose title or description holds a credential of this deployment. */
export function formatCredentialInMergeRequest(): string {
  return `**A credential that this deployment of the agent uses stands in the title, the description, the branch or a label of this merge request.** ${ROTATE}`;
}
