/** A merge request beyond this is for people: no model reads so much with care. */
export const REVIEW_LIMITS = { maxFiles: 500, maxLines: 50_000 } as const;

/**
 * What a merge request says that is not reviewed because of its size. It names the head, so that each push edits it.
 */
export function formatTooLarge(headSha: string): string {
  const { maxFiles, maxLines } = REVIEW_LIMITS;
  return `This merge request changes more than ${maxFiles} files or ${maxLines} lines, too many to be reviewed with care, so it was not reviewed at ${headSha.slice(0, 8)}. Split it into smaller merge requests, or write \`/copilot review\` to have it reviewed as it is.`;
}
