import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TaskError } from '../kernel/errors.ts';
import { MappingError } from '../services/projects/mapping-error.ts';
import { createMapReader } from './create-map-reader.ts';

const BLOB = 'https://account.blob.core.windows.net/config/map.json';
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'cmap-map-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const readBlob = async () => 'from the blob';
const never = async () => false;
const once = async () => true;
const refuseWith = (statusCode: number) => async () => {
  throw new TaskError(statusCode === 404 ? 'storage-refused' : 'storage-unavailable', {
    cause: Object.assign(new Error('no'), { statusCode }),
  });
};

it('prefers the source to the text', async () => {
  const file = path.join(directory, 'map.json');
  await writeFile(file, 'from the file');

  expect(await createMapReader({ text: 'text', source: file }, { readBlob })(once)).toBe('from the file');
  expect(await createMapReader({ text: 'text', source: BLOB }, { readBlob })(once)).toBe('from the blob');
  expect(await createMapReader({ text: 'text' }, { readBlob })(once)).toBe('text');
});

describe('a source that does not exist', () => {
  const aFile = () => createMapReader({ text: 'text', source: path.join(directory, 'none.json') }, { readBlob });
  const aBlob = () => createMapReader({ text: 'text', source: BLOB }, { readBlob: refuseWith(404) });
  const cases = [
    { name: 'a file', create: aFile },
    { name: 'a blob', create: aBlob },
  ];

  it.each(cases)('is stood in for by the text before the first map: $name', async ({ create }) => {
    expect(await create()(never)).toBe('text');
  });

  it.each(cases)(
    'is missed once a map was in force, also by a process that never saw it: $name',
    async ({ create }) => {
      await expect(create()(once)).rejects.toThrow('put the map there, or unset JIRA_PROJECT_MAP_SOURCE');
    },
  );
});

it.each([
  { name: 'a blob that cannot be read just now', settings: { text: 'text', source: BLOB }, status: 503 },
  { name: 'a missing blob without a text', settings: { source: BLOB }, status: 404 },
])('says that $name could not be read', async ({ settings, status }) => {
  await expect(createMapReader(settings, { readBlob: refuseWith(status) })(never)).rejects.toThrow(MappingError);
});

it('misses a source that was there before, and takes it again when it is back', async () => {
  const source = path.join(directory, 'map.json');
  const read = createMapReader({ text: 'text', source }, { readBlob });
  await writeFile(source, 'the first');
  expect(await read(once)).toBe('the first');
  await rm(source);
  await expect(read(once)).rejects.toThrow('JIRA_PROJECT_MAP_SOURCE');
  await writeFile(source, 'the second');
  expect(await read(once)).toBe('the second');
});
