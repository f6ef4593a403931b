import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MOST_LINES, openHistory } from './history.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'history-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('keeps lines between starts, for this user alone, the last one typed first', async () => {
  const folder = path.join(home, 'cmap');
  await (await openHistory(folder)).keep(['issues', 'hand PROJ-1', 'issues']);
  expect((await openHistory(folder)).lines).toEqual(['issues', 'hand PROJ-1']);
  if (process.platform !== 'win32') expect(statSync(path.join(folder, 'sandbox-history')).mode & 0o777).toBe(0o600);
});

it('keeps what another start typed meanwhile, and no more than a person scrolls through', async () => {
  const [first, second] = [await openHistory(home), await openHistory(home)];
  await second.keep(['mrs']);
  await first.keep(['issues']);
  expect((await openHistory(home)).lines).toEqual(['issues', 'mrs']);
  await first.keep(Array.from({ length: 300 }, (_, index) => `show !${index}`));
  const { lines } = await openHistory(home);
  expect(lines).toHaveLength(MOST_LINES);
  expect(lines[0]).toBe('show !299');
});

it('is of this start alone where there is no folder, or it cannot be written', async () => {
  writeFileSync(path.join(home, 'file'), '');
  for (const folder of [undefined, path.join(home, 'file', 'cmap')]) {
    await (await openHistory(folder)).keep(['issues']);
    expect((await openHistory(folder)).lines).toEqual([]);
  }
});
