/** The answer in a thread in which a credential of this deployment stands. */
export function formatCredentialInNote(): string {
  return '**A credential that this deployment of the agent uses stands in this thread.** Everyone who can see the merge request can use it, and it went out with the notifications, so that editing the note is not enough. Rotate the credential now, and remove it from the note. The agent has passed it on nowhere: it reads and writes it as `[secret]`.';
}
