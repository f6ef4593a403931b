import { describe, expect, it } from 'vitest';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import type { RefusedFile } from '../runs/refused-work.ts';
import { type AllowSaid, findNewestRefused, judgeAllow } from './judge-allow.ts';

const CI = '.gitlab-ci.yml';
const FILES: RefusedFile[] = [
  { path: CI, rule: 'protected-path', content: 'file 1111' },
  { path: CI, rule: 'outside-paths' },
  { path: 'Makefile', rule: 'protected-path' },
  { path: 'key.txt', rule: 'secret', never: true },
];
const TOLD = 1000;
const refused = { work: { files: FILES, more: 0, kept: { kind: 'nowhere' as const } }, toldAt: TOLD };
const said = (values: Partial<AllowSaid> = {}): AllowSaid => ({
  paths: [CI],
  isByPerson: true,
  isEdited: false,
  createdAt: TOLD + 1,
  ...values,
});
const MAINTAINER = { allowRefused: 'maintainer' } as const;

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
    expect(judgeAllow(said(), refused, { allowRefused: 'off' })).toMatchObject({ refusal: { reason: 'allow-off' } });
  });
});

it.each([
  { name: 'words that are no paths', paths: ['anonymous', 'access'], kind: 'none' },
  { name: 'words of which one is a refused file', paths: ['Makefile', 'please'], kind: 'refused' },
  { name: 'a refused file without a dot', paths: ['Makefile'], kind: 'allowed' },
])('judgeAllow takes $name for: $kind', ({ paths, kind }) => {
  expect(judgeAllow(said({ paths }), refused, MAINTAINER).kind).toBe(kind);
});

describe('findNewestRefused', () => {
  const run = (runId: string, values: object) => aRun({ runId, task: aCodingTask(), ...values });
  const failed = { state: 'failed', code: 'change-refused' };

  it.each([
    { name: 'the newest, where it was refused', runs: [run('a', failed), run('b', failed)], found: 'a' },
    { name: 'not where work was done since', runs: [run('a', { state: 'done' }), run('b', failed)], found: undefined },
    {
      name: 'not where it failed otherwise',
      runs: [run('a', { state: 'failed', code: 'agent-timed-out' })],
      found: undefined,
    },
    { name: 'past what did nothing', runs: [run('a', { state: 'superseded' }), run('b', failed)], found: 'b' },
    { name: 'past what still runs', runs: [run('a', { state: 'running' }), run('b', failed)], found: 'b' },
  ])('finds $name', ({ runs, found }) => {
    expect(findNewestRefused(runs)?.runId).toBe(found);
  });
});
