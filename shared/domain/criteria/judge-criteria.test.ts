import { expect, it } from 'vitest';
import {
  describeCriteriaCounts,
  formatCriteriaSection,
  formatCriteriaTable,
  withoutCriteriaSection,
} from '../messages/format-criteria.ts';
import { fromCriteriaEvents, readMarkedCounts, toCriteriaFields, toMarkFields } from './criteria-event.ts';
import { NO_CRITERIA, numberCriteria } from './criterion.ts';
import { areAllMet, countCriteria, type JudgedCriteria, judgeCriteria } from './judge-criteria.ts';

const criteria = numberCriteria(['It greets', 'It is fast', 'It is blue', 'It is tested']);
const answers = [
  { number: 1, met: 'no' as const, evidence: '' },
  { number: 2, met: 'partly' as const, evidence: 'Only: on\nTuesdays' },
  { number: 1, met: 'yes' as const, evidence: 'greet.test.ts' },
  { number: 9, met: 'yes' as const, evidence: 'There is no such criterion.' },
  { number: 4, met: 'no' as const, evidence: '' },
];
const judged = judgeCriteria(criteria, answers) as JudgedCriteria;

it('gives each criterion its last answer, and says which have none', () => {
  expect(judged.listed.map(({ number, state, evidence }) => [number, state, evidence])).toEqual([
    [1, 'met', 'greet.test.ts'],
    [2, 'partly', 'Only: on\nTuesdays'],
    [3, 'not-answered', ''],
    [4, 'not-met', ''],
  ]);
  expect(countCriteria(judged)).toEqual({ met: 1, partly: 1, 'not-met': 1, 'not-answered': 1 });
});

it('judges nothing where there are no criteria', () => {
  expect(judgeCriteria(NO_CRITERIA, answers)).toBeUndefined();
});

it('is recorded so that a later attempt reads the same answers', () => {
  const event = { runId: 'r', at: 1, name: 'criteria', fields: toCriteriaFields(judged) };
  const older = { ...event, fields: { AC3: 'met' } };
  expect(event.fields).toMatchObject({ met: 1, notAnswered: 1, AC1: 'met: greet.test.ts', AC3: 'not-answered' });
  expect(judgeCriteria(criteria, fromCriteriaEvents([older, event], criteria))).toEqual(judged);
  expect(fromCriteriaEvents([], criteria)).toEqual([]);
});

it('answers to a criterion that reads otherwise now, or has another number, are no answers', () => {
  const event = { name: 'criteria', fields: toCriteriaFields(judged) };
  const edited = numberCriteria(['It is new', 'It greets', 'It is blue', 'It is tested']);
  expect(fromCriteriaEvents([event], edited)).toEqual([{ number: 4, met: 'no', evidence: '' }]);
});

it('counts and records how many of the ticket were not looked at', () => {
  const all = numberCriteria(Array.from({ length: 25 }, (_, at) => `It does ${at}`));
  const met = all.listed.map(({ number }) => ({ number, met: 'yes' as const, evidence: '' }));
  const whole = judgeCriteria(all, met) as JudgedCriteria;
  const counts = { met: 20, partly: 0, 'not-met': 0, 'not-answered': 0, leftOut: 5 };
  expect(countCriteria(whole)).toEqual(counts);
  expect(areAllMet(counts)).toBe(false);
  expect(areAllMet({ ...counts, leftOut: undefined })).toBe(true);
  const fields = toMarkFields(whole, { issueKey: 'PROJ-1', headSha: 'a' });
  expect(readMarkedCounts([{ name: 'criteria', fields }])?.criteria).toEqual(counts);
  expect(describeCriteriaCounts(counts)).toBe('20 met, 5 not looked at');
});

it('is a section that can be taken out of a description again', () => {
  const section = formatCriteriaSection({ ...judged, leftOut: 1 });
  const left = withoutCriteriaSection(`Before.\n\n${section}\n\n### Checks`);
  expect(left).not.toMatch(/says the agent|greet|AC1/);
  expect(left).toMatch(/^Before\.[\s\S]*### Checks$/);
  expect(withoutCriteriaSection('### Acceptance criteria\n\n- mine')).toBe('### Acceptance criteria\n\n- mine');
  // Where a template has put the table, under a heading of its own.
  const placed = withoutCriteriaSection(`Before.\n\n## Done when\n${formatCriteriaTable(judged)}\n\nAfter.`);
  expect(placed).not.toMatch(/says the agent|greet|AC1/);
  expect(placed).toMatch(/^Before\.[\s\S]*After\.$/);
});
