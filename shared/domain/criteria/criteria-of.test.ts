import { expect, it } from 'vitest';

import { criteriaOf } from './criteria-of.ts';

const description = '## AC\n- of the description';
const field = (text: string) => ({ fields: [{ asked: 'Done when', text }] });
const binding = { acceptanceCriteriaField: 'Done when' };

it.each([
  ['the field of its binding', { description, details: field('- of the field') }, binding, 'of the field'],
  ['the description where the field is empty', { description, details: field('TBD') }, binding, 'of the description'],
  ['the description where the issue has no such field', { description }, binding, 'of the description'],
  ['the description where the binding names none', { description, details: field('- x') }, {}, 'of the description'],
])('takes the criteria of %s', (_, issue, rules, text) => {
  expect(criteriaOf(issue, rules).listed).toEqual([{ number: 1, text }]);
});
