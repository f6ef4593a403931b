import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSharedFile } from './shared-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shared-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clock = { sleep: () => setImmediate() };

it('loses nothing of several that write at once, and leaves one file that only this user may read', async () => {
  const place = path.join(folder, 'new', 'cmap', 'list.txt');
  const patient = {
    async sleep() {
      while (existsSync(`${place}.lock`)) await setImmediate();
    },
  };
  const writers = Array.from({ length: 8 }, (_, pid) => createSharedFile(place, { pid, clock: patient }));
  await Promise.all(writers.map((file, at) => file.update((text = '') => `${text}${at}\n`)));

  const lines = (await writers[0]?.read())?.trim().split('\n').toSorted();
  expect(lines).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  expect(readdirSync(path.dirname(place))).toEqual(['list.txt']);
  if (process.platform !== 'win32') {
    expect(statSync(place).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(place)).mode & 0o777).toBe(0o700);
  }
});

it('keeps the file and lets go when the change is refused', async () => {
  const file = createSharedFile(path.join(folder, 'kept.txt'), { pid: 1, clock });
  await file.update(() => 'first');
  const refuse = () => {
    throw new Error('no');
  };
  await expect(file.update(refuse)).rejects.toThrow('no');
  expect(await file.read()).toBe('first');
  await file.update((text) => `${text}, second`);
  expect(await file.read()).toBe('first, second');
});

it('takes no lock from another process', async () => {
  const place = path.join(folder, 'locked.txt');
  writeFileSync(`${place}.lock`, '');
  const file = createSharedFile(place, { pid: 1, clock });
  await expect(file.update(() => 'x')).rejects.toThrow(
    `${place}.lock is held by another process: when no other cmap is at work, delete it`,
  );
  expect(await file.read()).toBeUndefined();
});
