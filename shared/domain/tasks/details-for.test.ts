import { expect, it } from 'vitest';
import { detailsFor } from './details-for.ts';

it.each([
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
  expect(detailsFor(binding)).toEqual({ fields });
});
