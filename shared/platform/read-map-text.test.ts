import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { TaskError } from '../errors.ts';
import { MappingError } from '../registry/live-mapping.ts';
import { readMapText } from './read-map-text.ts';

const BLOB = 'https://account.blob.core.windows.net/config/map.json';
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'cmap-map-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const readBlob = async () => 'from the blob';
const refuseWith = (statusCode: number) => async () => {
  throw new TaskError(statusCode === 404 ? 'storage-refused' : 'storage-unavailable', {
    cause: Object.assign(new Error('no'), { statusCode }),
  });
};

it('prefers the source to the text', async () => {
  const file = path.join(directory, 'map.json');
  await writeFile(file, 'from the file');

  expect(await readMapText({ text: 'text', source: file }, { readBlob })).toBe('from the file');
  expect(await readMapText({ text: 'text', source: BLOB }, { readBlob })).toBe('from the blob');
  expect(await readMapText({ text: 'text' }, { readBlob })).toBe('text');
});

it('takes the text while the source does not exist', async () => {
  const source = path.join(directory, 'none.json');

  expect(await readMapText({ text: 'text', source }, { readBlob })).toBe('text');
  expect(await readMapText({ text: 'text', source: BLOB }, { readBlob: refuseWith(404) })).toBe('text');
});

it.each([
  { name: 'a blob that cannot be read just now', settings: { text: 'text', source: BLOB }, status: 503 },
  { name: 'a missing blob without a text', settings: { source: BLOB }, status: 404 },
])('says that $name could not be read', async ({ settings, status }) => {
  await expect(readMapText(settings, { readBlob: refuseWith(status) })).rejects.toThrow(MappingError);
});
