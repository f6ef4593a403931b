import { expect, it } from 'vitest';
import { spanOfWeek, weekOf, weekToReport } from './week.ts';

it.each([
  ['2026-01-01T00:00:00Z', '2026-W01'],
  ['2025-12-29T00:00:00Z', '2026-W01'],
  ['2025-12-28T23:59:59Z', '2025-W52'],
  ['2027-01-03T12:00:00Z', '2026-W53'],
  ['2026-11-30T02:00:00Z', '2026-W49'],
])('%s lies in %s', (at, week) => {
  expect(weekOf(Date.parse(at))).toBe(week);
});

it('knows when a week begins and ends, and which there are', () => {
  expect(spanOfWeek('2026-W01')).toEqual({ since: Date.UTC(2025, 11, 29), until: Date.UTC(2026, 0, 5) });
  expect(spanOfWeek('2026-W53')).toEqual({ since: Date.UTC(2026, 11, 28), until: Date.UTC(2027, 0, 4) });
  for (const none of ['2025-W53', '2026-W00', '2026-W54', '2026-5', 'x']) expect(spanOfWeek(none)).toBeUndefined();
});

it.each([
  ['a Friday afternoon', '2026-01-30T15:00:00Z', '2026-W05'],
  ['the Monday after', '2026-02-02T06:00:00Z', '2026-W05'],
  ['a Sunday night', '2026-02-01T23:59:00Z', '2026-W05'],
])('reports of %s are about the week most of it was', (_, now, week) => {
  expect(weekToReport(Date.parse(now))).toBe(week);
});
