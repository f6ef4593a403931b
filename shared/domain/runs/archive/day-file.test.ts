import { describe, expect, it } from 'vitest';

import { aRun } from '../../../../test/builders/runs.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { type DayFile, formatDayFile, listAwaited, parseDayFile, parseDayPath } from './day-file.ts';
import { toRunDocument } from './run-document.ts';

const run = (runId: string) => toRunDocument(aRun({ runId, state: 'done', notified: true }), []);

function aDay(): DayFile {
  return {
    day: '2026-11-27',
    previous: { day: '2026-11-26', sha256: 'a'.repeat(64) },
    runs: [run('run-1'), run('run-2')],
    open: ['run-3'],
    lost: [{ runId: 'run-4', reason: 'gone' }],
  };
}

/** The same day with a body and a first line that names it, as one who changes both would write them. */
function withBody(body: string, header: object = {}): string {
  const first = JSON.parse(formatDayFile(aDay()).split('\n')[0] ?? '');
  return `${JSON.stringify({ ...first, sha256: sha256(body), ...header })}\n${body}`;
}

it('is a line about the day and one for each run, and reads back as it was', () => {
  const text = formatDayFile(aDay());
  const [first, ...lines] = text.split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({ schema: 'cmap.ledger.v1', day: '2026-11-27', runs: 2 });
  expect(lines).toEqual([JSON.stringify(run('run-1')), JSON.stringify(run('run-2')), '']);
  expect(parseDayFile(text)).toEqual({ file: aDay() });
});

it('is only its first line on a day without runs', () => {
  const day = { ...aDay(), runs: [], previous: null };
  expect(formatDayFile(day).split('\n')).toHaveLength(2);
  expect(parseDayFile(formatDayFile(day))).toEqual({ file: day });
});

describe('a file that is not as it was kept', () => {
  const NOT_FIRST = 'its first line is not that of a kept day';
  const NOT_ITS_LINES = 'its lines are not those its first line names';
  const NOT_RUNS = 'not every line is a run';
  const line = () => `${JSON.stringify(run('run-1'))}\n`;

  it.each<{ name: string; text: () => string; problem: string }>([
    { name: 'that is empty', text: () => '', problem: NOT_FIRST },
    { name: 'that ends in its first line', text: () => `${withBody('').trimEnd()}x`, problem: NOT_FIRST },
    { name: 'of another format', text: () => withBody('', { schema: 'cmap.ledger.v2' }), problem: NOT_FIRST },
    { name: 'of no day', text: () => withBody('', { day: '2026-02-30' }), problem: NOT_FIRST },
    {
      name: 'that names no hash of the day before',
      text: () => withBody('', { previous: { day: '2026-11-26', sha256: `${'a'.repeat(64)}b` } }),
      problem: NOT_FIRST,
    },
    { name: 'with a line more', text: () => formatDayFile(aDay()) + line(), problem: NOT_ITS_LINES },
    { name: 'with a line that is no run', text: () => withBody(`${line()}{}\n`, { runs: 2 }), problem: NOT_RUNS },
    { name: 'with a line that is no JSON', text: () => withBody('{\n', { runs: 0 }), problem: NOT_RUNS },
    { name: 'with more runs than it says', text: () => withBody(line() + line(), { runs: 1 }), problem: NOT_RUNS },
    { name: 'with fewer runs than it says', text: () => withBody(line(), { runs: 2 }), problem: NOT_RUNS },
  ])('$name: $problem', ({ text, problem }) => {
    expect(parseDayFile(text())).toEqual({ problem });
  });
});

it('awaits from later days what was open or unreadable, and not what is gone', () => {
  const lost: DayFile['lost'] = [
    { runId: 'run-2', reason: 'unreadable' },
    { runId: 'run-3', reason: 'gone' },
  ];
  expect([...listAwaited({ open: ['run-1'], lost })]).toEqual([
    ['run-1', 'open'],
    ['run-2', 'unreadable'],
  ]);
});

it.each([
  { path: 'days/2026-11-27.jsonl', day: '2026-11-27' },
  { path: 'days/2026-02-30.jsonl', day: undefined },
  { path: 'days/2026-11-27.jsonl.bak', day: undefined },
  { path: 'old/days/2026-11-27.jsonl', day: undefined },
  { path: 'days/notes.jsonl', day: undefined },
])('$path is the file of $day', ({ path, day }) => {
  expect(parseDayPath(path)).toBe(day);
});
