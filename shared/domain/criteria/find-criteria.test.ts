import { expect, it } from 'vitest';

import { findCriteria, readCriteria } from './find-criteria.ts';

const texts = (description: string) => findCriteria(description).listed.map(({ text }) => text);

it.each([
  ['a heading and a list', 'Intro\n\n## Acceptance criteria\n\n- one\n- two\n\n## Notes\nx\n- no', ['one', 'two']],
  ['a bold line', 'Intro\n**Acceptance Criteria**\n- one\n\n**Notes**\n- no', ['one']],
  ['a bold line with a colon in it', '**Acceptance Criteria:**\n1. one\n2. two', ['one', 'two']],
  ['a bold line with a colon after it', '**AC**:\n* one\n* two', ['one', 'two']],
  ['a line with a colon', 'Acceptance criteria:\n- one\n\nOut of scope:\n- no', ['one']],
  ['capitals', 'ACCEPTANCE CRITERIA\n- one', ['one']],
  ['two letters', '### AC\n1) one\n2) two', ['one', 'two']],
  ['a definition of done', '### Definition of Done\r\n- one\r\n', ['one']],
  ['its short form in brackets', '## Definition of Done (DoD)\n- one', ['one']],
  ['both names', '## Acceptance Criteria / Definition of Done\n- one', ['one']],
  ['German', '# Akzeptanzkriterien\n- eins\n\n# Hinweise\n- nein', ['eins']],
  ['German with a colon', 'Abnahmekriterien:\n• eins\n• zwei', ['eins', 'zwei']],
  ['French', '## Critères d’acceptation\n- un', ['un']],
  ['a task list', '## Acceptance criteria\n- [ ] one\n- [x] two', ['one', 'two']],
  ['boxes without bullets', '**Acceptance criteria**\n[] one\n[ ] two\n☐ three', ['one', 'two', 'three']],
  ['an underlined heading', 'Acceptance criteria\n-------------------\n* one', ['one']],
  [
    'the old markup of Jira',
    'h3. Acceptance Criteria\n# one\n# two\n** below\n\nh3. Notes\n# no',
    ['one', 'two; below'],
  ],
  ['old bold markup', '*Acceptance criteria:*\n- one', ['one']],
  ['a numbered heading', '## 3. Acceptance criteria\n- one\n## 4. Other\n- no', ['one']],
  ['an emoji', '## ✅ Acceptance Criteria\n- one', ['one']],
  ['a usual mistake', '## Acceptence Critera\n- one', ['one']],
  ['numbers of their own', '## Acceptance criteria\nAC1: one\nAC2: two', ['one', 'two']],
  ['bold numbers of their own', '- **AC1:** one\n- **AC2:** two', ['one', 'two']],
  ['numbers without a heading', 'Do it.\n\nAC 1 - one\nmore of it\nAC 2 - two\n\nThanks.', ['one more of it', 'two']],
  [
    'numbers as headings',
    '### AC1: Login\n\n- one\n- two\n\n### AC2: Logout\n\nThe end.',
    ['Login: one; two', 'Logout The end.'],
  ],
  ['the rest of the line', '**Acceptance criteria:** the total is rounded half up', ['the total is rounded half up']],
  [
    'a paragraph',
    '## Acceptance criteria\n\nThe page shows\nthe total.\n\nIt is fast.',
    ['The page shows the total.', 'It is fast.'],
  ],
  ['lines with breaks', '## AC\n\nShows a\\\nHides b', ['Shows a', 'Hides b']],
  [
    'a list after a sentence',
    '## Acceptance criteria\n\nThe following must hold for all users:\n\n- one\n\nThat is all.',
    ['one'],
  ],
  [
    'items below items',
    '## AC\n- It checks:\n  - the name\n  - the age\n- two\n  goes on',
    ['It checks: the name; the age', 'two goes on'],
  ],
  [
    'parts with names',
    '## AC\n### Backend\n- one\n### Frontend\n- two\n## Tasks\n- no',
    ['Backend: one', 'Frontend: two'],
  ],
  ['a panel', '> **Acceptance criteria**\n>\n> - one\n> - two', ['one', 'two']],
  [
    'a table',
    '## AC\n\n| # | Criterion | Who |\n| --- | --- | --- |\n| 1 | one | QA |\n| 2 | two | |',
    ['one – QA', 'two'],
  ],
  ['a rule as its end', 'Acceptance criteria:\n- one\n\n---\n- no', ['one']],
  ['several lists', '## AC\n- one\n\n## Notes\nx\n\n## Definition of done\n- two', ['one', 'two']],
  [
    'scenarios below a heading',
    '## AC\n\n**Scenario: Ada**\nGiven a user\nWhen she comes\nThen she is greeted\nAnd counted\n\nScenario 2\n- **Given** none\n- **When** it rains\n- **Then** it is wet',
    [
      'Ada: Given a user When she comes Then she is greeted And counted',
      '**Given** none **When** it rains **Then** it is wet',
    ],
  ],
  [
    'scenarios on one line',
    '## AC\n- Given a, when b, then c\n- Given d, when e, then f',
    ['Given a, when b, then c', 'Given d, when e, then f'],
  ],
  ['German scenarios', '## AK\nAngenommen a\nWenn b\nDann c', ['Angenommen a Wenn b Dann c']],
  [
    'scenarios in code without a heading',
    'Please:\n```gherkin\nFeature: x\n  Scenario: one\n    Given a\n    When b\n    Then c\n  Scenario: two\n    Given d\n    When e\n    Then f\n```',
    ['Given a When b Then c', 'Given d When e Then f'],
  ],
  ['scenarios in plain lines without a heading', 'Given a\nWhen b\nThen c', ['Given a When b Then c']],
  ['what is not struck out', '## AC\n- ~~old~~\n- new', ['new']],
])('finds criteria written with %s', (_, description, found) => {
  expect(texts(description)).toEqual(found);
});

it.each([
  ['an empty text', ''],
  ['a sentence', 'The acceptance criteria are unclear.'],
  ['a sentence with a colon', 'We met QA about the acceptance criteria: they are fine.'],
  ['an empty section', '## Acceptance criteria\n\n## Notes\n- no'],
  ['a placeholder', '## Acceptance criteria\n\nTBD'],
  ['placeholders in a list', '## Acceptance criteria\n- [ ] \n- ...\n- <criterion 1>\n- n/a'],
  ['a link', '## Acceptance criteria\n\n[Confluence](https://wiki.example/x)'],
  ['another list', 'Steps:\n1. Open\n2. Click\n\nExpected:\n- no error'],
  ['a task list of its own', '- [ ] write it\n- [ ] test it'],
  ['a sentence with When', 'When I click, it breaks.\n\nThen I have to reload.'],
  ['a Given alone', 'Given the deadline, be quick.\nThen we can go home.'],
  ['a key that looks like a number', 'AC-1: see there\n\nAC-7: and there'],
  ['air conditioning', 'AC: out of order in room 3'],
  ['the word in code', '```\n## Acceptance criteria\n- one\n```'],
  ['a heading about them', '## Change the acceptance criteria page\n- make it blue'],
  ['the name of a list without one', 'Definition of done\n\nWe should talk about it.'],
])('invents none for %s', (_, description) => {
  expect(findCriteria(description)).toEqual({ listed: [], leftOut: 0 });
});

it('numbers at most 20 of at most 500 characters, and says how many are left out', () => {
  const items = Array.from({ length: 23 }, (_, index) => `- ${index} ${'x'.repeat(600)}`);
  const { listed, leftOut } = findCriteria(`## AC\n${items.join('\n')}`);
  expect(listed.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(listed[19]?.text).toHaveLength(500);
  expect(leftOut).toBe(3);
});

it.each([
  ['a list', '- one\n- two', ['one', 'two']],
  ['lines', 'one\\\ntwo', ['one', 'two']],
  ['a title of its own', '**Acceptance criteria**\n\n1. one', ['one']],
  ['parts', '## Backend\n- one', ['Backend: one']],
  ['nothing', ' ', []],
])('takes a field for criteria that holds %s', (_, text, found) => {
  expect(readCriteria(text).listed.map((criterion) => criterion.text)).toEqual(found);
});

it.each(['# ', '**a', 'a:\n', '- [ ] a\n', '> ', 'Given a\n', '| - ', '---\n', '(', '~~'])(
  'reads a very long description of %j',
  (part) => {
    expect(findCriteria(`## AC\n${part.repeat(100_000)}`).listed.length).toBeLessThanOrEqual(20);
  },
);

// Where a pattern looks again at what it has seen, each of these takes minutes.
it.each([
  { name: 'a title of a scenario and tabs', text: `# AC\nscenario${'\t'.repeat(100_000)}x` },
  { name: 'a row of pipes', text: `# AC\n| a |\n|---|\n| ${'|'.repeat(200_000)}x` },
  { name: 'a heading and signs', text: `# AC ${' #'.repeat(100_000)}x` },
])('reads $name', ({ text }) => {
  expect(findCriteria(text).listed.length).toBeLessThanOrEqual(1);
});

it('shows the pipe of a cell as people see it', () => {
  const { listed } = findCriteria('# AC\n\n| What |\n|---|\n| yes \\| no |');
  expect(listed.map(({ text }) => text)).toEqual(['yes | no']);
});
