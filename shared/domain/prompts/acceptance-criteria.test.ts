import { expect, it } from 'vitest';

import { findAcceptanceCriteria } from './acceptance-criteria.ts';

it.each([
  {
    name: 'a heading',
    description: 'Intro\n\n## Acceptance criteria\n\n- one\n- two\n\n## Notes\nx',
    found: '- one\n- two',
  },
  { name: 'bold', description: 'Intro\n**Acceptance Criteria**\n- one\n\n**Notes**\nx', found: '- one' },
  { name: 'bold with a colon', description: '**Acceptance Criteria:**\n1. one', found: '1. one' },
  { name: 'a line with a colon', description: 'Acceptance criteria:\n- one', found: '- one' },
  { name: 'other words for it', description: '### Definition of Done\r\n- one\r\n', found: '- one' },
  { name: 'German', description: '# Akzeptanzkriterien\n- eins', found: '- eins' },
  { name: 'nothing in a sentence', description: 'The acceptance criteria are unclear.', found: undefined },
  { name: 'nothing in an empty section', description: '## Acceptance criteria\n\n## Notes', found: undefined },
  { name: 'nothing in an empty description', description: '', found: undefined },
])('finds $name', ({ description, found }) => {
  expect(findAcceptanceCriteria(description)).toBe(found);
});
