import { expect, it } from 'vitest';
import { takeEnvironment } from './take-environment.ts';

it.each([
  { line: 'run ls', rest: 'run ls', name: undefined },
  { line: '--env prod run ls', rest: 'run ls', name: 'prod' },
  { line: 'run ls --env prod --json', rest: 'run ls --json', name: 'prod' },
  { line: 'run ls --env=prod', rest: 'run ls', name: 'prod' },
  { line: 'validate -- --env prod', rest: 'validate -- --env prod', name: undefined },
  { line: 'audit run --env production', rest: 'audit run --env production', name: undefined },
  { line: '--env prod audit run --env production', rest: 'audit run --env production', name: 'prod' },
  { line: 'audit list --env prod', rest: 'audit list', name: 'prod' },
  { line: 'validate cmap.yaml --check-env', rest: 'validate cmap.yaml --check-env', name: undefined },
])('finds $name in $line', ({ line, rest, name }) => {
  expect(takeEnvironment(line.split(' '), ['audit run'])).toEqual({
    argv: rest.split(' '),
    ...(name === undefined ? {} : { name }),
  });
});

it.each([
  { line: 'run ls --env', message: '--env needs a value' },
  { line: 'run ls --env --json', message: '--env needs a value' },
  { line: 'run ls --env=', message: '--env needs a value' },
  { line: '--env a run ls --env b', message: '--env is given more than once' },
])('refuses $line', ({ line, message }) => {
  expect(() => takeEnvironment(line.split(' '), [])).toThrow(message);
});
