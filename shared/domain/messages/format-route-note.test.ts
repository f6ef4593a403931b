import { expect, it } from 'vitest';
import { describeNeeds, formatUnrouted } from './format-route-note.ts';

/** What a row of the outbox takes. */
const ROW = 32_768;

it('lists what routes ask for in no more lines and names than a comment and a row take', () => {
  const names = Array.from({ length: 50 }, (_, index) => `${index}${'x'.repeat(253)}`);
  const when = { components: names, labels: names, issueTypes: names, field: { name: 'y'.repeat(255), values: names } };
  const routes = Array.from({ length: 100 }, (_, index) => ({ name: `route-${index}`, when }));
  const lines = describeNeeds({ routes });
  expect(lines).toHaveLength(21);
  expect(lines[0]).toContain(`component \`0${'x'.repeat(58)}…\` or `);
  expect(lines[0]).toContain(' or 45 more and label');
  expect(lines.at(-1)).toBe('and 80 more');
  expect(JSON.stringify(lines).length).toBeLessThan(ROW - 1000);
  expect(formatUnrouted({ problem: 'no-route', routes: lines, by: 'change' })).toContain('\n- and 80 more\n');
});

it('lists the versions of a ticket, too', () => {
  const needs = Array.from({ length: 22 }, (_, index) => `\`${index}\``);
  expect(describeNeeds({ needs }).slice(-2)).toEqual(['`19`', 'and 2 more']);
});
