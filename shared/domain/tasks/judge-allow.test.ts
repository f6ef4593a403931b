import { describe, expect, it } from 'vitest';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { type RefusedFile, toRefusedFields } from '../runs/refused-work.ts';
import type { RunEvent } from '../runs/run.ts';
import { type AllowSaid, findReadableAt, findWaitingRefusals, judgeAllow } from './judge-allow.ts';

const CI = '.gitlab-ci.yml';
const FILES: RefusedFile[] = [
  { path: CI, rule: 'protected-path', content: 'file 1111' },
  { path: CI, rule: 'outside-paths' },
  { path: 'Makefile', rule: 'protected-path' },
  { path: 'key.txt', rule: 'secret', never: true },
];
const TOLD = 1000;
const aWork = (files: RefusedFile[]) => ({ files, more: 0, kept: { kind: 'nowhere' as const } });
const refused = { work: aWork(FILES), toldAt: TOLD, earlier: [] };
const said = (values: Partial<AllowSaid> = {}): AllowSaid => ({
  paths: [CI],
  isByPerson: true,
  isEdited: false,
  createdAt: TOLD + 1,
  ...values,
});
const MAINTAINER = { allowRefused: 'maintainer' as const, protectedPaths: ['**/CODEOWNERS'] };

it('judgeAllow lets each rule of a named file pass, and no other file', () => {
  expect(judgeAllow(said(), refused, MAINTAINER)).toEqual({
    kind: 'allowed',
    files: [
      { path: CI, rule: 'protected-path', content: 'file 1111' },
      { path: CI, rule: 'outside-paths' },
    ],
  });
});

describe('judgeAllow refuses', () => {
  it.each([
    { name: 'a file that was not refused', values: { paths: [CI, 'src/a.ts'] }, reason: 'allow-of-other-files' },
    { name: 'another case', values: { paths: ['makefile.mk', 'Makefile'] }, reason: 'allow-of-other-files' },
    { name: 'a file that no person lets pass', values: { paths: [CI, 'key.txt'] }, reason: 'allow-never' },
    { name: 'what no person wrote', values: { isByPerson: false }, reason: 'allow-by-no-person' },
    { name: 'an edited comment', values: { isEdited: true }, reason: 'allow-edited' },
    { name: 'a comment that is as old as the refusal', values: { createdAt: TOLD }, reason: 'allow-of-older-refusal' },
  ])('$name', ({ values, reason }) => {
    expect(judgeAllow(said(values), refused, MAINTAINER)).toMatchObject({ kind: 'refused', refusal: { reason } });
  });

  it('a path where nothing is refused, and everything where the binding wants that', () => {
    expect(judgeAllow(said(), undefined, MAINTAINER)).toMatchObject({ refusal: { reason: 'allow-of-nothing' } });
    expect(judgeAllow(said(), refused, { ...MAINTAINER, allowRefused: 'off' })).toMatchObject({
      refusal: { reason: 'allow-off' },
    });
  });
});

it.each([
  { name: 'words that are no paths', paths: ['anonymous', 'access'], kind: 'none' },
  { name: 'words of which one is a refused file', paths: ['Makefile', 'please'], kind: 'refused' },
  { name: 'a refused file without a dot', paths: ['Makefile'], kind: 'allowed' },
])('judgeAllow takes $name for: $kind', ({ paths, kind }) => {
  expect(judgeAllow(said({ paths }), refused, MAINTAINER).kind).toBe(kind);
});

it('judgeAllow takes a protected name without a dot for a path, also where nothing is refused', () => {
  const judge = (path: string) => judgeAllow(said({ paths: [path] }), undefined, MAINTAINER);
  expect(judge('CODEOWNERS')).toMatchObject({ kind: 'refused', refusal: { reason: 'allow-of-nothing' } });
  expect(judge('access')).toEqual({ kind: 'none' });
});

describe('judgeAllow, of a name without a dot that only an earlier run was refused for,', () => {
  const DOCKER: RefusedFile = { path: 'Dockerfile', rule: 'outside-paths' };
  const waiting = { ...refused, earlier: [aWork([]), aWork([DOCKER])] };

  it('takes it for a path, and says where it was refused', () => {
    expect(judgeAllow(said({ paths: ['Dockerfile'] }), waiting, MAINTAINER)).toEqual({
      kind: 'refused',
      refusal: { reason: 'allow-of-other-files', paths: ['Dockerfile'], earlier: ['Dockerfile'] },
    });
  });

  it('lets it pass by no such line, also beside a file of the newest run', () => {
    const judged = judgeAllow(said({ paths: [CI, 'Dockerfile'] }), waiting, MAINTAINER);
    expect(judged).toMatchObject({ refusal: { paths: ['Dockerfile'], earlier: ['Dockerfile'] } });
  });

  it('takes other words for work all the same', () => {
    expect(judgeAllow(said({ paths: ['anonymous', 'access'] }), waiting, MAINTAINER)).toEqual({ kind: 'none' });
  });
});

describe('findWaitingRefusals', () => {
  const run = (runId: string, values: object) => aRun({ runId, task: aCodingTask(), ...values });
  const failed = { state: 'failed', code: 'change-refused' };
  const listEvents = async (runId: string): Promise<RunEvent[]> => {
    const fields = toRefusedFields({ files: FILES, more: 0, kept: { kind: 'nowhere' } });
    return runId.startsWith('refused') ? [{ runId, at: 1, name: 'refused', fields }] : [];
  };

  it.each([
    {
      name: 'all that wait, newest first',
      runs: [run('refused-a', failed), run('refused-b', failed)],
      found: ['refused-a', 'refused-b'],
    },
    {
      name: 'none where work was done since',
      runs: [run('a', { state: 'done' }), run('refused-b', failed)],
      found: [],
    },
    {
      name: 'none from before the last work that was done',
      runs: [run('refused-a', failed), run('b', { state: 'done' }), run('refused-c', failed)],
      found: ['refused-a'],
    },
    ...['agent-timed-out', 'push-rejected', 'rebase-conflict'].map((code) => ({
      name: `the one before a run that failed with ${code} and refused nothing`,
      runs: [run('a', { state: 'failed', code }), run('refused-b', failed)],
      found: ['refused-b'],
    })),
    { name: 'none where nothing was refused', runs: [run('a', failed)], found: [] },
    {
      name: 'past what did nothing',
      runs: [run('a', { state: 'superseded' }), run('refused-b', failed)],
      found: ['refused-b'],
    },
    {
      name: 'past what still runs',
      runs: [run('a', { state: 'running' }), run('refused-b', failed)],
      found: ['refused-b'],
    },
  ])('finds $name', async ({ runs, found }) => {
    const refusals = await findWaitingRefusals(runs, listEvents);
    expect(refusals.map(({ run: { runId } }) => runId)).toEqual(found);
    for (const { work } of refusals) expect(work.files).toEqual(FILES);
  });
});

it('a note counts when it is surely younger than the refusal, by whichever clock', () => {
  const toldAt = findReadableAt({ updatedAt: 100_000 });
  const kindOf = (createdAt: number) => judgeAllow(said({ createdAt }), { ...refused, toldAt }, MAINTAINER).kind;
  expect([95_000, 105_000, 110_000, 110_001].map(kindOf)).toEqual(['refused', 'refused', 'refused', 'allowed']);
});
