import { describe, expect, it } from 'vitest';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../test/doubles/memory-tools.ts';
import { parseSubject } from '../arguments/subject.ts';
import { findRun } from './find-run.ts';
import { findScope } from './find-scope.ts';

const IDS: Record<string, number> = { 'group/app': 7, 'group/docs': 8, 'elsewhere/tool': 9 };
const gitlab = {
  findProject: async (path: string | number) => {
    const id = IDS[path];
    if (id === undefined) return undefined;
    return { id, path: String(path), cloneUrl: '', webUrl: '', emptyRepository: false, archived: false };
  },
};
const ONE = { PROJ: { repo: 'group/app' } };
const TWO = { ...ONE, DOCS: { repo: 'group/docs' } };

describe('findScope', () => {
  it.each([
    { text: '!3', mappings: ONE, scope: 'mr~7~3' },
    { text: 'app!3', mappings: TWO, scope: 'mr~7~3' },
    { text: 'GROUP/APP!3', mappings: TWO, scope: 'mr~7~3' },
    { text: 'elsewhere/tool!3', mappings: TWO, scope: 'mr~9~3' },
    { text: '8!3', mappings: TWO, scope: 'mr~8~3' },
    { text: 'proj-1', mappings: TWO, scope: 'issue~PROJ-1' },
  ])('finds $scope for $text', async ({ text, mappings, scope }) => {
    expect(await findScope(parseSubject(text), createMemoryTools({ mappings, gitlab }))).toBe(scope);
  });

  it.each([
    [
      '!3',
      'which repository is meant by !3? Write its whole path, such as group/app!3; the map has group/app, group/docs',
    ],
    ['other!3', 'which repository is meant by other!3? Write its whole path'],
    ['3f2504e0', '3f2504e0 is the id of a message; `cmap queue show` says what it is about'],
    ['run-0', 'no run run-0; `cmap explain PROJ-12` lists the runs of an issue'],
  ])('asks what is meant by %s', async (text, message) => {
    await expect(findScope(parseSubject(text), createMemoryTools({ mappings: TWO, gitlab }))).rejects.toThrow(message);
  });
});

describe('findRun', () => {
  it('takes a whole id, the beginning of one, and an issue for its newest run', async () => {
    const storage = createMemoryStorage();
    for (const runId of ['run-aa11', 'run-aa22', 'run-bb33']) {
      await storage.ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
    }
    const tools = createMemoryTools({ storage });
    const find = (text: string) => findRun(parseSubject(text), tools);

    expect(await find('run-aa11')).toMatchObject({ run: { runId: 'run-aa11' } });
    expect(await find('run-b')).toMatchObject({ run: { runId: 'run-bb33' } });
    expect(await find('PROJ-12')).toMatchObject({ run: { runId: expect.stringMatching(/^run-/) } });
    expect(await find('run-aa')).toEqual({
      error: expect.stringMatching(/^several runs begin with run-aa: run-aa\d+, /),
    });
    expect(await find('run-cc')).toEqual({ error: expect.stringContaining('no run run-cc; ') });
    expect(await find('PROJ-99')).toEqual({ error: expect.stringContaining('no run of PROJ-99 is known') });
  });
});
