import { toIso } from '../../kernel/to-iso.ts';
import { adviseOnEnding } from '../messages/format-credential-ending.ts';
import type { CredentialEnding } from '../runs/outbox-entry.ts';
import { buildEventId, type CredentialOutboundEvent } from './outbound-event.ts';

/** The event of a credential that ends. `at` is in milliseconds. */
export function buildCredentialEvent(
  ending: CredentialEnding,
  { urlRef, at, ...usedBy }: { urlRef: string; jiraProjects: string[]; repositories?: string[]; at: number },
): CredentialOutboundEvent {
  const { credentialRef: alias, days, expiresAt, acceptedAt = 0 } = ending;
  return {
    schemaVersion: 1,
    id: buildEventId('credential.ending', urlRef, alias, expiresAt ?? acceptedAt, days),
    type: 'credential.ending',
    time: toIso(at),
    credential: { alias, ...(expiresAt === undefined ? {} : { expiresAt }), daysLeft: days },
    ...usedBy,
    nextStep: adviseOnEnding(ending),
  };
}
