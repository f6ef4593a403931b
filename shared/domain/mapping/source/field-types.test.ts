import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import {
  branch,
  branchPrefix,
  count,
  fileGlob,
  gitlabLabel,
  glob,
  issueKey,
  JIRA_PROJECT_KEY,
  jiraLabel,
  name,
  REPO_PATH,
  runnerImage,
  username,
  wholeNumber,
} from './field-types.ts';

const CONTROL = '\u0001';
/** What git takes nowhere in the name of a branch. */
const NOT_IN_BRANCHES = [' ', '\t', '\n', '~', '^', ':', '?', '*', '[', '\\', CONTROL];
const inside = (signs: readonly string[]) => signs.flatMap((sign) => [`${sign}a`, `a${sign}b`, `a${sign}`]);

describe.each<{ type: string; schema: z.ZodType; accepted: unknown[]; refused: unknown[] }>([
  {
    type: 'repository',
    schema: z.string().regex(REPO_PATH),
    accepted: ['group/app', 'a/b/c/d', '_g/9', 'g.h-i_j/k.l-m_n', 'a.git/b', 'a/b.github', 'a/git', 'a/b.xgit'],
    refused: [
      ...['app', '/a/b', 'a/b/', 'a//b', '-a/b', 'a/-b', '.a/b', 'a/.b', 'a/b c', 'a b/c', 'é/b', 'a/é', 'a/b\n', ''],
      ...['a/b.git', 'a/b.GIT', 'a/b.Atom', 'a/b.aTOM', 'a/b.c.git', 'a/b/c.git'],
    ],
  },
  {
    type: 'Jira project',
    schema: z.string().regex(JIRA_PROJECT_KEY),
    accepted: ['PA', 'P1', 'P_', 'PROJ_2', 'P'.repeat(99)],
    refused: ['P', '1P', '_P', 'pA', 'PRoJ', 'P-1', 'P A', ' PA', 'PA\n', 'P'.repeat(100), ''],
  },
  {
    type: 'issue',
    schema: issueKey,
    accepted: ['PROJ-1', 'P1-10', 'A_B-1234567890', `${'P'.repeat(99)}-1`],
    refused: ['PROJ', 'PROJ-', 'PROJ-0', 'PROJ-01', 'P-1', '1P-1', 'proj-1', 'xPROJ-1', 'PROJ-1x', 'PROJ-12345678901'],
  },
  {
    type: 'branch',
    schema: branch,
    accepted: [
      'a',
      'main',
      'release/2.x',
      'a/b/c',
      'a.b',
      'ä',
      'a@b',
      'a{b}',
      'a.locks',
      'lock',
      'a-',
      'x'.repeat(200),
    ],
    refused: [
      ...['', '-a', '/a', '.a', 'a..b', 'a//b', 'a/.b', 'a@{b', 'a.lock', 'a.lock/b', 'a/b.lock', 'a/', 'a.', '@'],
      ...inside(NOT_IN_BRANCHES),
      'x'.repeat(201),
    ],
  },
  {
    type: 'branch prefix',
    schema: branchPrefix,
    accepted: ['a', 'agent/', 'a.b/c-', 'ä/', 'a@', 'a.lock', 'x'.repeat(60)],
    refused: [
      ...['', '-a', '/a', '.a', 'a..', 'a..b', 'ab..c', 'a//', 'a/.', 'a@{', 'a.lock/', 'x'.repeat(61)],
      ...inside(NOT_IN_BRANCHES),
    ],
  },
  {
    type: 'username',
    schema: username,
    accepted: ['a', 'ada', '_x', '9', 'a.b-c_D', 'x'.repeat(255)],
    refused: ['', '@ada', '.a', '-a', 'a b', 'a@', 'é', 'aé', 'a\n', 'x'.repeat(256)],
  },
  {
    type: 'name',
    schema: name,
    accepted: ['a', 'ab', 'a b', 'Für KI', 'a  c', 'x'.repeat(255)],
    refused: [
      '',
      ' ',
      ' a',
      'a ',
      '\ta',
      'a\nb',
      CONTROL,
      `${CONTROL}a`,
      `a${CONTROL}b`,
      `a${CONTROL}`,
      'x'.repeat(256),
    ],
  },
  { type: 'label of GitLab', schema: gitlabLabel, accepted: ['ai', 'a b', 'a::b'], refused: ['a,b', ',a', 'a,', ' a'] },
  { type: 'label of Jira', schema: jiraLabel, accepted: ['ai', 'a,b'], refused: ['a b', ' a', 'a ', 'a\u00a0b'] },
  {
    type: 'runner image',
    schema: runnerImage,
    accepted: ['python', 'go', 'node-22', 'a', 'java21', 'a'.repeat(10), 'defaults'],
    refused: [
      '',
      'Python',
      '9a',
      '-a',
      'a-',
      'a--b',
      'a_b',
      'a/b',
      'a b',
      'a'.repeat(11),
      'default',
      'poison',
      'runner',
    ],
  },
  { type: 'glob', schema: glob, accepted: ['*', '!a', ' ', 'x'.repeat(1000)], refused: ['', 'x'.repeat(1001)] },
  {
    type: 'glob of files',
    schema: fileGlob,
    accepted: [
      'a',
      '**',
      '*',
      'a/**',
      '/infra',
      './x',
      'infra/',
      '!(a|b)',
      'a..b',
      'a/..b',
      'a../b',
      '..a',
      '.a',
      'a!b',
    ],
    refused: [
      '!a',
      '!',
      '..',
      '../a',
      'a/..',
      'a/../b',
      '/..',
      './',
      '/',
      '.',
      ' ',
      'a\\b',
      '..\\a',
      'a\\..\\b',
      '\\',
      '',
    ],
  },
  { type: 'count', schema: count(9), accepted: [1, 9], refused: [0, 10, 1.5, '1', -1, null] },
  { type: 'whole number', schema: wholeNumber(0, 9), accepted: [0, 9], refused: [-1, 10, 0.5, 8.5] },
])('$type', ({ schema, accepted, refused }) => {
  it('is what the service it belongs to takes, and nothing else', () => {
    const isGood = (value: unknown) => schema.safeParse(value).success;

    expect(accepted.filter((value) => !isGood(value))).toEqual([]);
    expect(refused.filter(isGood)).toEqual([]);
  });
});
