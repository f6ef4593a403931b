import type { EventActor } from '../../../shared/adapters/gitlab/events.ts';
import type { GitLab, GitLabUser } from '../../../shared/domain/ports/gitlab.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';

/**
 * Who we are in GitLab, as it was remembered. A delivery that shows that it is so no longer, because its actor has our
 * id or our username and not both, has GitLab asked anew.
 */
export async function findSelf(gitlab: Pick<GitLab, 'getCurrentUser'>, actor: EventActor): Promise<GitLabUser> {
  const self = await gitlab.getCurrentUser();
  // A burst of deliveries that show it asks once.
  return isContradicted(self, actor) ? gitlab.getCurrentUser({ maxAgeMs: 1 * MINUTE }) : self;
}

/** Not by a delivery that leaves out who it was. */
function isContradicted(self: GitLabUser, { id, username }: EventActor): boolean {
  if (id === 0 || username === '') return false;
  return (id === self.id) !== (username.toLowerCase() === self.username.toLowerCase());
}
