import { sha256 } from '../../../kernel/sha256.ts';

const PREFIX = 'cmap-change-';

/**
 * The Jira label of the ticket that was created for a change, by which it is found again: the same for the same change
 * in every audit. A label has no spaces (Jira refuses them), and a path may be longer than a label, so it is a hash.
 */
export function changeLabel(changeId: string): string {
  return `${PREFIX}${sha256(changeId).slice(0, 16)}`;
}

/** The label that a ticket has instead when another one was created for the same change before it. */
export const DUPLICATE_LABEL = 'cmap-duplicate';

/** Whether a label says that its ticket was created for a change. */
export function isChangeLabel(label: string): boolean {
  return label.startsWith(PREFIX);
}
