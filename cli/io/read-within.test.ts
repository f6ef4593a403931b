import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWithin } from './read-within.ts';

let top: string;
let folder: string;

beforeAll(async () => {
  top = await mkdtemp(path.join(tmpdir(), 'cmap-within-'));
  folder = path.join(top, 'map');
  await mkdir(path.join(folder, 'texts'), { recursive: true });
  await writeFile(path.join(top, 'secret.txt'), 'secret');
  await mkdir(path.join(top, 'map-of-others'));
  await writeFile(path.join(top, 'map-of-others', 'b.md'), 'theirs');
  await writeFile(path.join(folder, 'texts', 'a.md'), 'ours');
  await symlink('texts/a.md', path.join(folder, 'inside.md'));
  await symlink('../secret.txt', path.join(folder, 'outside.md'));
  await symlink('../map-of-others', path.join(folder, 'elsewhere'));
  await symlink(folder, path.join(top, 'linked-map'));
});
afterAll(() => rm(top, { recursive: true }));

const read = async (file: string, from = folder, maxBytes = 100) => {
  const found = await readWithin(from, file, maxBytes);
  return 'bytes' in found ? Buffer.from(found.bytes).toString() : found.refused;
};

it('reads a file below the folder, also by links that stay there and of a folder that is a link', async () => {
  expect(await read('texts/a.md')).toBe('ours');
  expect(await read('inside.md')).toBe('ours');
  expect(await read('inside.md', path.join(top, 'linked-map'))).toBe('ours');
});

it.each(['outside.md', 'elsewhere/b.md', '../secret.txt', '../map-of-others/b.md', '.'])(
  'reads nothing outside the folder by %s',
  async (file) => {
    expect(await read(file)).toBe('it leads out of the folder of the map');
  },
);

it('reads no folder and nothing that is too long, and says of what is missing that it is', async () => {
  expect(await read('texts')).toBe('it is no file');
  expect(await read('texts/a.md', folder, 3)).toBe('it has 4 bytes');
  await expect(read('texts/b.md')).rejects.toMatchObject({ code: 'ENOENT' });
});
