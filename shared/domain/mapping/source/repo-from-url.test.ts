import { expect, it } from 'vitest';

import { repoFromUrl } from './repo-from-url.ts';

it.each([
  ['https://gitlab.example.com/group/app', 'group/app'],
  ['HTTPS://gitlab.example.com//group/sub/app.git/', 'group/sub/app'],
  ['git+ssh://git@gitlab.example.com:2222/group/app.git', 'group/app'],
  ['git@gitlab.example.com:group/app.git', 'group/app'],
  ['git@gitlab.example.com:/group/app', 'group/app'],
  ['https://gitlab.example.com/group/app/-/issues/1/-/x', 'group/app'],
  ['//group/app//', 'group/app'],
  [' group/app ', 'group/app'],
  ['https://gitlab.example.com/group/app ', 'group/app'],
  ['group/app.git.GIT', 'group/app'],
  // What is right already needs no other form, and what names no repository has none.
  ['group/app', undefined],
  ['app.git', undefined],
  ['https://gitlab.example.com/app', undefined],
  ['https://gitlab.example.com/', undefined],
  ['a user@gitlab.example.com:group/app', undefined],
  ['group/app:x', undefined],
  ['', undefined],
  ['see https://gitlab.example.com/group/app', undefined],
  ['https://gitlab.example.com/group/app\nx', undefined],
  ['git@gitlab.example.com:group/app\nx', undefined],
  ['group/app/\nx', undefined],
  ['x\n/group/app', undefined],
  ['https://gitlab.example.com/group.github/app', 'group.github/app'],
])('of %j is %s', (text, repo) => {
  expect(repoFromUrl(text)).toBe(repo);
});
