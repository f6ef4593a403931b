import { expect, it } from 'vitest';

import { createMemoryArtefacts } from '../../../../test/doubles/memory-artefacts.ts';
import { dayPath, formatDayFile } from '../../../domain/runs/archive/day-file.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { findNewestDay, openKeptDay } from './kept-days.ts';

const DAY = { day: '2026-11-25', previous: null, runs: [], open: ['run-1'], lost: [] };
const hash = () => sha256(formatDayFile(DAY));

async function aFolder(text: string | undefined = formatDayFile(DAY)) {
  const files = createMemoryArtefacts();
  if (text !== undefined) await files.create(dayPath(DAY.day), text);
  return files;
}

it('opens a day by its name, or by the hash that the next day knows', async () => {
  const files = await aFolder();
  expect(await openKeptDay({ day: DAY.day }, files)).toEqual(DAY);
  expect(await openKeptDay({ day: DAY.day, sha256: hash() }, files)).toEqual(DAY);
});

it.each([
  {
    kept: { day: '2026-11-26' },
    text: undefined,
    why: '2026-11-26.jsonl of the run ledger is not what was kept: it is gone',
  },
  {
    kept: { day: DAY.day, sha256: '0' },
    text: undefined,
    why: '2026-11-25.jsonl of the run ledger is not what was kept: its SHA-256 is another one',
  },
  {
    kept: { day: DAY.day },
    text: 'x\n',
    why: '2026-11-25.jsonl of the run ledger is not what was kept: its first line is not that of a kept day',
  },
])('says which day is damaged and how to check all: $why', async ({ kept, text, why }) => {
  await expect(openKeptDay(kept, await aFolder(text))).rejects.toMatchObject({
    code: 'evidence-damaged',
    detail: `days/${why}. cmap runs verify checks all days.`,
  });
});

it('finds the newest day with its hash, beside files that are none of ours', async () => {
  const files = await aFolder();
  await files.create('days/zzz.txt', 'a note');
  expect(await findNewestDay(files)).toEqual({ day: DAY.day, sha256: hash() });
  expect(await findNewestDay(createMemoryArtefacts())).toBeUndefined();
});
