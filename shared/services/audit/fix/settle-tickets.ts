import { changeLabel } from '../../../domain/audit/report/change-label.ts';
import type { Issue, Jira } from '../../../domain/ports/jira.ts';
import { byNumber, listTwins } from './list-twins.ts';
import { retireTicket } from './retire-ticket.ts';

/** At most so many are looked at: more than one is the work of as many processes at once. */
const MAX_TICKETS = 20;

/** The tickets that the search shows for a change; it may show a new one minutes late. */
export async function searchTickets(change: string, jira: Pick<Jira, 'searchIssues'>): Promise<Issue[]> {
  const label = changeLabel(change);
  const { issues } = await jira.searchIssues(`labels = "${label}" ORDER BY created ASC`, { limit: MAX_TICKETS });
  // The index may find what has lost the label since.
  return issues.filter(({ labels }) => labels.includes(label));
}

/**
 * Leaves a change one ticket, the one with the lowest number, and takes the others out of the release. Resolves to the
 * key of that one and what to say of the others.
 */
export async function settleTickets(
  { change, key, versionId }: { change: string; key: string; versionId: string },
  jira: Jira,
): Promise<{ keeps: string; says: string }> {
  const label = changeLabel(change);
  const searched = (await searchTickets(change, jira)).map((issue) => issue.key);
  const keys = byNumber([...new Set([...(await listTwins(key, label, jira)), ...searched])]);
  const [keeps = key, ...duplicates] = keys;
  let says = '';
  for (const duplicate of duplicates) says += await retireTicket({ key: duplicate, keeps, label, versionId }, jira);
  return { keeps, says };
}
