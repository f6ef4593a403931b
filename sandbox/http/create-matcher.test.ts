import { expect, it } from 'vitest';

import { createMatcher } from './create-matcher.ts';

const match = createMatcher(
  [
    'GET /users',
    'GET /users/me',
    'GET /users/:user',
    'GET /projects/:id/hooks/:hook',
    'PUT /projects/:id',
    'PUT /:any/4',
  ],
  (line) => line,
);

it.each([
  ['GET', '/users', 'GET /users', {}],
  ['GET', '/users/me', 'GET /users/me', {}],
  ['GET', '/users/ada', 'GET /users/:user', { user: 'ada' }],
  ['GET', '/projects/group%2Fapp/hooks/7', 'GET /projects/:id/hooks/:hook', { id: 'group/app', hook: '7' }],
  ['PUT', '/projects/gr%C3%BC%C3%9Fe%25', 'PUT /projects/:id', { id: 'grüße%' }],
  ['PUT', '/projects/4', 'PUT /projects/:id', { id: '4' }],
])('%s %s is %s', (method, path, route, params) => {
  expect(match(method, path)).toEqual({ route, params });
});

it.each([
  ['POST', '/users'],
  ['GET', '/users/ada/keys'],
  ['GET', '/projects/group/app/hooks/7'],
  ['GET', '/other'],
])('%s %s is no route', (method, path) => {
  expect(match(method, path)).toBeUndefined();
});
