import { expect, it } from 'vitest';

import { createMemoryArtefacts } from '../../../../test/doubles/memory-artefacts.ts';
import { dayPath, formatDayFile, type KeptDay } from '../../../domain/runs/archive/day-file.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { verifyDays } from './verify-days.ts';

/** These days without runs, each of which names the one before. */
async function keep(...days: string[]) {
  const files = createMemoryArtefacts();
  let previous: KeptDay | null = null;
  for (const day of days) {
    const text: string = formatDayFile({ day, previous, runs: [], open: [], lost: [] });
    await files.create(dayPath(day), text);
    previous = { day, sha256: sha256(text) };
  }
  return { files, last: previous };
}

const DAYS = ['2026-11-25', '2026-11-26', '2026-11-27'];
const OTHER = 'b'.repeat(64);

it('has no problem where the last day is the one that was kept, or a later one', async () => {
  const { files, last } = await keep(...DAYS);
  if (!last) throw new Error('nothing was kept');
  expect(await verifyDays(files)).toMatchObject({ days: 3, last, problems: [] });
  expect(await verifyDays(files, last)).toMatchObject({ days: 3, problems: [] });
  // A sweeper that died before it noted the newest day.
  expect(await verifyDays(files, { day: '2026-11-26', sha256: OTHER })).toMatchObject({ days: 3, problems: [] });
});

it.each([
  {
    name: 'days at the end are gone',
    days: DAYS,
    expected: '2026-11-29',
    problem: 'days/2026-11-29.jsonl is missing: it was the last day that was kept.',
  },
  {
    name: 'all days are gone',
    days: [],
    expected: '2026-11-27',
    problem: 'days/2026-11-27.jsonl is missing: it was the last day that was kept.',
  },
  {
    name: 'the last day was changed',
    days: DAYS,
    expected: '2026-11-27',
    problem: 'days/2026-11-27.jsonl was changed: it is not the file that was kept.',
  },
])('sees that $name, for which no later day vouches', async ({ days, expected, problem }) => {
  const { files } = await keep(...days);
  expect(await verifyDays(files, { day: expected, sha256: OTHER })).toMatchObject({
    days: days.length,
    problems: [problem],
  });
});

it('names that beside what else is wrong, and looks at no other file', async () => {
  const { files } = await keep(...DAYS);
  await files.create('days/notes.txt', 'not ours');
  const gone = { ...files, list: async () => ['days/2026-11-25.jsonl', 'days/notes.txt', 'days/2026-11-27.jsonl'] };
  expect(await verifyDays(gone, { day: '2026-11-28', sha256: OTHER })).toMatchObject({
    days: 2,
    problems: [
      'days/2026-11-26.jsonl is missing.',
      'days/2026-11-28.jsonl is missing: it was the last day that was kept.',
    ],
  });
});
