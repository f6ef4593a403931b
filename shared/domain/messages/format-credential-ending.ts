import type { CredentialEnding } from '../runs/outbox-entry.ts';

/** The comment on the issue a binding names for notices. */
export function formatCredentialEnding(ending: CredentialEnding): string {
  return `**The GitLab credential ${ending.credentialRef} of the agent ${describeEnding(ending)}.**\n\nNext step: ${adviseOnEnding(ending)}`;
}

/** `ends in 7 days, on 2026-01-21`. */
export function describeEnding({ days, expiresAt }: Pick<CredentialEnding, 'days' | 'expiresAt'>): string {
  if (expiresAt === undefined) return 'is refused by GitLab: it has ended or was revoked';
  if (days < 0) return `has ended on ${expiresAt}`;
  return `ends ${days === 0 ? 'today' : days === 1 ? 'in 1 day' : `in ${days} days`}, on ${expiresAt}`;
}

/** What a person can do about it. */
export function adviseOnEnding({ credentialRef, days }: CredentialEnding): string {
  const until = days < 0 ? 'Until then the agent works on none of its repositories.' : 'Nothing stops before that day.';
  return `Make a new token with the same rights in GitLab and store it under the alias ${credentialRef}. ${until}`;
}
