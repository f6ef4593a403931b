import { expect, it } from 'vitest';
import { parseSubject } from '../arguments/subject.ts';
import { nameScope, quoteScope } from './name-scope.ts';

const paths = (projectId: number) => (projectId === 7 ? 'group/app' : undefined);

it.each([
  { scope: 'issue~PROJ-12', name: 'PROJ-12' },
  { scope: 'mr~7~3', name: 'group/app!3' },
  { scope: 'mr~8~3', name: '8!3' },
  { scope: 'audit~2.4.0', name: 'audit 2.4.0' },
  { scope: 'audit~App 2~4\u001b', name: 'audit App 2~4' },
])('calls $scope $name, and the commands take that', ({ scope, name }) => {
  expect(nameScope(scope, paths)).toBe(name);
  expect(parseSubject(name)).toBeDefined();
});

it('gives the name of an audit back as its scope', () => {
  expect(parseSubject('audit 2.4.0')).toEqual({ kind: 'scope', scope: 'audit~2.4.0' });
  expect(quoteScope('audit 2.4.0')).toBe('"audit 2.4.0"');
  expect(quoteScope('PROJ-12')).toBe('PROJ-12');
});
