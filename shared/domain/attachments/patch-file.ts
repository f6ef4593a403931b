import type { IssueAttachment } from '../ports/jira.ts';

/** What the patch of a run in shadow is called on a ticket. */
export function namePatchFile(runId: string): string {
  return `cmap-${runId}.patch`;
}

/** The attachments of a ticket without what runs in shadow have attached, which is no word of people. */
export function withoutOwnPatches(
  attachments: readonly IssueAttachment[],
  { accountId }: { accountId: string },
): IssueAttachment[] {
  const isOwn = ({ name, author }: IssueAttachment) =>
    author?.accountId === accountId && /^cmap-[\w-]+\.patch$/.test(name);
  return attachments.filter((attachment) => !isOwn(attachment));
}
