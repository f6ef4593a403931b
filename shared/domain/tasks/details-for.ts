import type { Binding } from '../mapping/binding.ts';
import type { DetailOptions } from '../ports/jira.ts';

/** What a session is shown of an issue beyond its description, with the fields its binding names. */
export function detailsFor(
  binding?: Pick<Binding, 'ticketFields' | 'acceptanceCriteriaField' | 'attachments'>,
): DetailOptions {
  const { ticketFields = [], acceptanceCriteriaField: criteria, attachments = 'off' } = binding ?? {};
  return {
    fields: [...new Set([...ticketFields, ...(criteria === undefined ? [] : [criteria])])],
    ...(attachments === 'off' ? {} : { attachments: true }),
  };
}
