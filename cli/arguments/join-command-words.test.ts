import { describe, expect, it } from 'vitest';

import { joinCommandWords, spellOut } from './join-command-words.ts';

describe('joinCommandWords', () => {
  const names = ['queue ls', 'queue drop', 'audit list', 'show'];

  it.each([
    [
      ['queue', 'ls', '--json'],
      ['queue ls', '--json'],
    ],
    [
      ['--json', 'queue', 'drop', 'x'],
      ['--json', 'queue drop', 'x'],
    ],
    [
      ['show', 'queue', 'ls'],
      ['show', 'queue', 'ls'],
    ],
    [
      ['queue', 'what'],
      ['queue', 'what'],
    ],
    [['queue', 'list'], ['queue ls']],
    [['audit', 'ls'], ['audit list']],
    [
      ['show', 'list'],
      ['show', 'list'],
    ],
    [[], []],
  ])('turns %j into %j', (argv, expected) => {
    expect(joinCommandWords(argv, names)).toEqual(expected);
  });
});

describe('spellOut', () => {
  it.each([
    [['help'], ['--help']],
    [['help', 'help'], ['--help']],
    [['help', 'version'], ['--help']],
    [
      ['help', 'queue', 'ls'],
      ['queue', 'ls', '--help'],
    ],
    [
      ['version', '--json'],
      ['--json', '--version'],
    ],
    [
      ['version', 'x'],
      ['version', 'x'],
    ],
    [
      ['validate', 'help'],
      ['validate', 'help'],
    ],
    [[], []],
  ])('turns %j into %j', (argv, expected) => {
    expect(spellOut(argv)).toEqual(expected);
  });
});
