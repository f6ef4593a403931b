import { expect, it } from 'vitest';
import { isReadLast } from './read-last.ts';

it.each([
  'package-lock.json',
  'apps/web/yarn.lock',
  'Cargo.lock',
  'go.sum',
  'vendor/github.com/x/y.go',
  'app/third_party/z.c',
  'DIST/app.js',
  'src/__snapshots__/a.test.ts.snap',
  'static/jquery.min.js',
  'api/user.pb.go',
  'api/user_pb2.py',
])('%s was written by a tool', (path) => expect(isReadLast(path)).toBe(true));

it.each(['src/app.ts', 'src/lock.ts', 'vendor.ts', 'docs/vendors/list.md', 'src/min.js', 'package.json'])(
  '%s was written by a person',
  (path) => expect(isReadLast(path)).toBe(false),
);
