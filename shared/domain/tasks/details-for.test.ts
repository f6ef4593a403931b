import { expect, it } from 'vitest';
import type { Binding } from '../mapping/binding.ts';
import { detailsFor } from './details-for.ts';

it.each<{ name: string; binding: Partial<Binding> | undefined; fields: string[] }>([
  { name: 'without a binding', binding: undefined, fields: [] },
  { name: 'of a binding that names none', binding: { ticketFields: [] }, fields: [] },
  { name: 'in their order', binding: { ticketFields: ['Team', 'Area'] }, fields: ['Team', 'Area'] },
  {
    name: 'with that of the acceptance criteria',
    binding: { ticketFields: ['Team'], acceptanceCriteriaField: 'Criteria' },
    fields: ['Team', 'Criteria'],
  },
  {
    name: 'each of them once',
    binding: { ticketFields: ['Criteria', 'Team'], acceptanceCriteriaField: 'Criteria' },
    fields: ['Criteria', 'Team'],
  },
])('asks for the fields of the ticket $name', ({ binding, fields }) => {
  expect(detailsFor(binding && { ticketFields: [], attachments: 'off', ...binding })).toEqual({ fields });
});

it('asks for the attachments of the ticket where the binding has agents given them', () => {
  const attachments = { maxFiles: 1, maxFileKb: 1 };
  expect(detailsFor({ ticketFields: ['Team'], attachments })).toEqual({ fields: ['Team'], attachments: true });
});
