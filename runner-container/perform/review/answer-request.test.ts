import { expect, it } from 'vitest';
import type { SummaryNote } from '../../../shared/domain/review/format-summary-note.ts';
import type { FileLeftOut } from '../../../shared/domain/review/select-files.ts';
import { describeReview } from './answer-request.ts';

const summary: SummaryNote = {
  summary: 'Fine.',
  range: { kind: 'full', because: 'first' },
  headSha: 'b52c1d9e'.repeat(5),
  scope: 'mr~7~3',
  posted: [],
  notInline: [],
  noticed: [],
  resolved: 0,
  partly: 0,
  reopened: 0,
  notRepeated: 0,
};

it.each<{ leftOut: FileLeftOut[]; text: string }>([
  { leftOut: [], text: 'Reviewed at b52c1d9e: nothing new was found. The summary note has the rest.' },
  {
    leftOut: [{ path: 'logo.png', why: 'binary' }],
    text: 'Reviewed at b52c1d9e: nothing new was found. The summary note has the rest.',
  },
  {
    leftOut: [{ path: 'a.ts', why: 'budget' }],
    text: 'Reviewed at b52c1d9e: nothing new was found. 1 file was not looked at. The summary note has the rest.',
  },
  {
    leftOut: [
      { path: 'a.ts', why: 'parts' },
      { path: 'b.ts', why: 'no-result' },
    ],
    text: 'Reviewed at b52c1d9e: nothing new was found. 2 files were not looked at. The summary note has the rest.',
  },
])('tells the person who asked what was missed: $leftOut', ({ leftOut, text }) => {
  expect(describeReview({ ...summary, leftOut })).toBe(text);
});
