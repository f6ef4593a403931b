import { expect, it } from 'vitest';
import { aRun } from '../../../../test/builders/runs.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { createDaysCheck } from './check-days.ts';
import { type DayFile, formatDayFile, type KeptDay, parseDayFile } from './day-file.ts';
import { fromRunDocument, toRunDocument } from './run-document.ts';

const AT = Date.parse('2026-11-25T12:00:00.000Z');

const done = (runId: string) => aRun({ runId, state: 'done', createdAt: AT, updatedAt: AT + 5, notified: true });

function aDocument(runId: string) {
  return toRunDocument(done(runId), [
    { runId, at: AT, name: 'planned' },
    { runId, at: AT + 5, name: 'done', fields: { attempt: 1 } },
  ]);
}

/** Days that follow each other, as they would be kept. */
function keep(...days: Partial<DayFile>[]): [day: string, text: string][] {
  let previous: KeptDay | null = null;
  return days.map((more, index) => {
    const day = `2026-11-${25 + index}`;
    const text: string = formatDayFile({ day, previous, runs: [], open: [], lost: [], ...more });
    previous = { day, sha256: sha256(text) };
    return [day, text];
  });
}

function check(days: readonly (readonly [day: string, text: string])[]) {
  const it = createDaysCheck();
  for (const [day, text] of days) it.add(day, text);
  return it.end();
}

const WHOLE = keep({ runs: [aDocument('run-1')], open: ['run-2'] }, { runs: [aDocument('run-2')] }, {});
const [DAY_1, DAY_2, DAY_3] = WHOLE as [[string, string], [string, string], [string, string]];
const changed = ([day, text]: [string, string], from: string | RegExp, to: string): [string, string] => {
  expect(text).toMatch(from);
  return [day, text.replace(from, to)];
};

it('has no problem with days as they were kept', () => {
  expect(check(WHOLE)).toEqual({
    days: 3,
    runs: 2,
    first: { day: '2026-11-25', sha256: sha256(DAY_1[1]) },
    last: { day: '2026-11-27', sha256: sha256(DAY_3[1]) },
    problems: [],
  });
});

it('awaits a run that was unreadable until it is kept, and none that is gone', () => {
  const days = keep(
    {
      lost: [
        { runId: 'run-1', reason: 'unreadable' },
        { runId: 'run-2', reason: 'gone' },
      ],
    },
    { lost: [{ runId: 'run-1', reason: 'unreadable' }] },
    { runs: [aDocument('run-1')] },
    {},
  );
  expect(check(days)).toMatchObject({ days: 4, runs: 1, problems: [] });
});

it('reads back the runs that were kept', () => {
  const parsed = parseDayFile(DAY_1[1]);
  expect('file' in parsed && parsed.file.runs.map(fromRunDocument)).toEqual([done('run-1')]);
});

it('says what the first day follows, because it may have been deleted after its time', () => {
  expect(check([DAY_2, DAY_3])).toMatchObject({ before: '2026-11-25', problems: [] });
});

const EMPTY = { runs: [], open: [], lost: [] };
const kept = ([day, text]: [string, string]): KeptDay => ({ day, sha256: sha256(text) });

const rewritten = (day: number, more: Partial<DayFile>) => {
  const parsed = parseDayFile(WHOLE[day]?.[1] ?? '');
  if (!('file' in parsed)) throw new Error('not a day');
  return WHOLE.map((one, index) =>
    index === day ? ([one[0], formatDayFile({ ...parsed.file, ...more })] as const) : one,
  );
};

it.each<{ name: string; days: readonly (readonly [string, string])[]; problems: string[] }>([
  {
    name: 'a day in the middle is gone',
    days: [DAY_1, DAY_3],
    problems: ['days/2026-11-26.jsonl is missing.'],
  },
  {
    name: 'several days are gone',
    days: [DAY_1, ...keep({}, {}, {}, {}).slice(3)],
    problems: ['days/2026-11-26.jsonl to days/2026-11-27.jsonl is missing.'],
  },
  {
    name: 'a byte of a line was changed',
    days: [changed(DAY_1, '"done"', '"gone"'), DAY_2, DAY_3],
    problems: [
      'days/2026-11-25.jsonl was changed: its lines are not those its first line names.',
      'days/2026-11-25.jsonl was changed: it is not the file that days/2026-11-26.jsonl names.',
    ],
  },
  {
    name: 'a day was cut',
    days: [DAY_1, [DAY_2[0], DAY_2[1].slice(0, 40)]],
    problems: ['days/2026-11-26.jsonl was changed: its first line is not that of a kept day.'],
  },
  {
    name: 'a day was written anew with its own hash in order',
    days: rewritten(0, { runs: [aDocument('run-9')] }),
    problems: ['days/2026-11-25.jsonl was changed: it is not the file that days/2026-11-26.jsonl names.'],
  },
  {
    name: 'an event was changed and the last day written anew',
    days: rewritten(1, {
      runs: [{ ...aDocument('run-2'), events: aDocument('run-2').events.map((one) => ({ ...one, name: 'failed' })) }],
    }).slice(0, 2),
    problems: ['days/2026-11-26.jsonl: the events of run-2 were changed at "failed".'],
  },
  {
    name: 'a run that was open is in no later day',
    days: keep({ open: ['run-2'] }, {}),
    problems: ['days/2026-11-26.jsonl does not say what became of run-2, which was open.'],
  },
  {
    name: 'a run that was unreadable is in no later day',
    days: keep({ lost: [{ runId: 'run-2', reason: 'unreadable' }] }, {}),
    problems: ['days/2026-11-26.jsonl does not say what became of run-2, which was unreadable.'],
  },
  {
    name: 'a day stands under the name of another',
    days: [
      DAY_1,
      ['2026-11-26', formatDayFile({ ...EMPTY, day: '2026-11-28', previous: kept(DAY_1), open: ['run-2'] })],
    ],
    problems: ['days/2026-11-26.jsonl holds another day, 2026-11-28.'],
  },
  {
    name: 'a later day says it is the first one',
    days: [DAY_2, ['2026-11-27', formatDayFile({ ...EMPTY, day: '2026-11-27', previous: null })]],
    problems: ['days/2026-11-27.jsonl says it is the first day, and days/2026-11-26.jsonl is there.'],
  },
  {
    name: 'a day is gone before one that says it is the first',
    days: [DAY_2, ['2026-11-28', formatDayFile({ ...EMPTY, day: '2026-11-28', previous: null })]],
    problems: ['days/2026-11-27.jsonl is missing.'],
  },
  {
    name: 'a day was changed, after which it is not known what the next one has to name',
    days: [DAY_1, [DAY_2[0], `x${DAY_2[1]}`], DAY_3],
    problems: [
      'days/2026-11-26.jsonl was changed: its first line is not that of a kept day.',
      'days/2026-11-26.jsonl was changed: it is not the file that days/2026-11-27.jsonl names.',
    ],
  },
  {
    name: 'an event no longer names the one before',
    days: rewritten(1, {
      runs: [{ ...aDocument('run-2'), events: aDocument('run-2').events.map((one) => ({ ...one, previous: null })) }],
    }).slice(0, 2),
    problems: ['days/2026-11-26.jsonl: the events of run-2 were changed at "done".'],
  },
  {
    name: 'a run is there twice',
    days: keep({ runs: [aDocument('run-1')] }, { runs: [aDocument('run-1')] }),
    problems: ['days/2026-11-26.jsonl has run-1, which an earlier day has too.'],
  },
])('notices that $name', ({ days, problems }) => {
  expect(check(days).problems).toEqual(problems);
});
